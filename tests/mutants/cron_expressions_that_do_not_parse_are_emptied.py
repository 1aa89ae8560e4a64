"""A cron expression that no parser accepts is stored as an empty one."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import Cron, QName, Schedule
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-04"}
MESSAGE = "character for character"


class Broken(SystemLabelSchedulerPersistence):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        if isinstance(schedule, Cron) and not schedule.expr.isascii():
            schedule = Cron("")
        super().record_scheduled(id, schedule)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
