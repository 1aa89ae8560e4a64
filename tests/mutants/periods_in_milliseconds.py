"""A period is stored in milliseconds."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    Duration,
    Periodic,
    QName,
    Schedule,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-03"}
MESSAGE = "same seconds and nanoseconds"


class Broken(SystemLabelSchedulerPersistence):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        if isinstance(schedule, Periodic):
            every = schedule.every
            schedule = Periodic(Duration(every.secs, every.nanos // 1_000_000 * 1_000_000))
        super().record_scheduled(id, schedule)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
