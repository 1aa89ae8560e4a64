"""An open backend cancels a job only by the namespace and local name it was recorded with."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    QName,
    Schedule,
    SchedulerJobStatus,
)
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"QN-07"}
MESSAGE = "are one job"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.pairs: dict[str, QName] = {}

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        super().record_scheduled(id, schedule)
        self.pairs.setdefault(str(id), id)

    def change_status(self, id: QName, status: SchedulerJobStatus) -> None:
        super().change_status(id, status)
        self.pairs.setdefault(str(id), id)

    def cancel(self, id: QName) -> None:
        if self.pairs.pop(str(id), id) == id:
            super().cancel(id)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
