"""record_scheduled alone does without the lock."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, Schedule
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CC-01", "CC-02"}
MESSAGE = "lose no update"


class Broken(SystemLabelSchedulerPersistence):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        if self.sidecar.read():
            next_fire_at = self.next_after(schedule, self.now())
            self.sidecar.write(self.upsert_schedule(self.sidecar.read(), str(id), schedule, next_fire_at))
        else:
            super().record_scheduled(id, schedule)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
