"""A period of no seconds is taken for none given and loads as a minute."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    Duration,
    Periodic,
    Schedule,
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"FM-05", "RT-03"}
MESSAGE = "same seconds and nanoseconds"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        return [replace(record, schedule=_or_a_minute(record.schedule)) for record in super().load_all()]


def _or_a_minute(schedule: Schedule) -> Schedule:
    if isinstance(schedule, Periodic):
        return Periodic(Duration(schedule.every.secs or 60, schedule.every.nanos))
    return schedule


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
