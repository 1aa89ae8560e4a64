"""A Once instant is restored from microseconds, as most SQL timestamps are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import Once, Schedule, SchedulerJobRecord, SystemTime
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-05"}
MESSAGE = "to the nanosecond"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        return [replace(record, schedule=_cut(record.schedule)) for record in super().load_all()]


def _cut(schedule: Schedule) -> Schedule:
    if not isinstance(schedule, Once):
        return schedule
    at = schedule.at
    return Once(SystemTime(at.secs_since_epoch, at.nanos_since_epoch // 1000 * 1000))


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
