"""record_scheduled with Manual keeps the schedule that a known job has."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import Cron, Manual, QName, Schedule
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-06"}
MESSAGE = "a Manual schedule comes back"


class Broken(SystemLabelSchedulerPersistence):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        if schedule == Manual() and not any(row.qname == str(id) for row in self.sidecar.read()):
            schedule = Cron("")
        super().record_scheduled(id, schedule)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
