"""A period passes through a float: nanoseconds and large seconds are rounded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import Duration, Periodic, Schedule, SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"FM-05", "RT-03"}
MESSAGE = "same seconds and nanoseconds"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        return [replace(record, schedule=_rounded(record.schedule)) for record in super().load_all()]


def _rounded(schedule: Schedule) -> Schedule:
    if not isinstance(schedule, Periodic) or schedule.every.to_nanos() < 2**53:
        return schedule
    seconds = int(float(schedule.every.secs))
    return Periodic(Duration(min(seconds, 2**64 - 1), schedule.every.nanos))


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
