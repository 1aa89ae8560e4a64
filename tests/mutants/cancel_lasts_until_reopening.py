"""cancel hides a job from this session only."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    QName,
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import Change

BREAKS = {"CX-01", "CX-04", "CX-05", "CX-06"}
MESSAGE = "stays gone"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.hidden: set[str] = set()

    def cancel(self, id: QName) -> None:
        self.sidecar.read()
        self.hidden.add(str(id))

    def change(self, change: Change) -> None:
        super().change(change)
        self.hidden.clear()

    def load_all(self) -> list[SchedulerJobRecord]:
        return [record for record in super().load_all() if str(record.id) not in self.hidden]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
