"""Whether a Once instant has passed is told by when the backend was opened."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import Once, QName, Schedule
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-02"}
MESSAGE = "its instant when that is now or later, else absent"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.opened = self.now()

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        now = self.opened if isinstance(schedule, Once) else self.now()
        fire = right_next_after(schedule, now)
        self.change(lambda rows: self.upsert_schedule(rows, str(id), schedule, fire))


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
