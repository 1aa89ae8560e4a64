"""Each job has a lock of its own, and the document has none."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from _base import assemble
from _threads import UnlockedSidecar

from conformance.contract.records import QName, Schedule, SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CC-01"}
MESSAGE = "lose no update"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.locks: dict[str, Lock] = {}

    def lock_of(self, id: QName) -> Lock:
        return self.locks.setdefault(str(id), Lock())

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        with self.lock_of(id):
            super().record_scheduled(id, schedule)

    def change_status(self, id: QName, status: SchedulerJobStatus) -> None:
        with self.lock_of(id):
            super().change_status(id, status)

    def cancel(self, id: QName) -> None:
        with self.lock_of(id):
            super().cancel(id)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken, UnlockedSidecar)
