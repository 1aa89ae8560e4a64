"""An open backend ignores what is recorded of a job that it has cancelled."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    QName,
    Schedule,
    SchedulerJobStatus,
)
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CX-05"}
MESSAGE = "one that was never seen"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.cancelled: set[str] = set()

    def cancel(self, id: QName) -> None:
        if any(row.qname == str(id) for row in self.sidecar.read()):
            self.cancelled.add(str(id))
        super().cancel(id)

    def change_status(self, id: QName, status: SchedulerJobStatus) -> None:
        if str(id) not in self.cancelled:
            super().change_status(id, status)

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        if str(id) not in self.cancelled:
            super().record_scheduled(id, schedule)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
