"""A Once instant after the year 9999 loads as the last second of that year."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    Once,
    Schedule,
    SchedulerJobRecord,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-05"}
MESSAGE = "to the nanosecond"


_LAST_SECOND = 253_402_300_799


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        return [replace(record, schedule=_clamped(record.schedule)) for record in super().load_all()]


def _clamped(schedule: Schedule) -> Schedule:
    if isinstance(schedule, Once) and schedule.at.secs_since_epoch > _LAST_SECOND:
        return Once(SystemTime(_LAST_SECOND, schedule.at.nanos_since_epoch))
    return schedule


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
