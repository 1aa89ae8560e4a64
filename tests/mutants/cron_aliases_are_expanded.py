"""@daily and its like load as the fields they stand for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    Cron,
    Schedule,
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-04", "FM-05"}
MESSAGE = "character for character"


_ALIASES = {"@daily": "0 0 0 * * *", "@hourly": "0 0 * * * *"}


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        return [replace(record, schedule=_expanded(record.schedule)) for record in super().load_all()]


def _expanded(schedule: Schedule) -> Schedule:
    if isinstance(schedule, Cron):
        return Cron(_ALIASES.get(schedule.expr, schedule.expr))
    return schedule


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
