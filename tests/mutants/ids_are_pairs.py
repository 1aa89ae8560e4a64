"""(a, b.c) and (a.b, c) get a row each: an open backend knows its jobs as pairs."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    QName,
    SchedulerJobStatus,
)
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"QN-07", "UP-06"}
MESSAGE = "one job"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.pairs: dict[str, QName] = {}

    def change_status(self, id: QName, status: SchedulerJobStatus) -> None:
        if self.pairs.setdefault(str(id), id) == id:
            super().change_status(id, status)
        else:
            self.change(lambda rows: [*rows, Row(str(id), status.value, 0)])


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
