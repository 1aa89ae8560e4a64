"""Where clock and period add up to a whole second the second is lost."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import NANOS_PER_SECOND, Periodic, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, next_after

BREAKS = {"NF-01"}
MESSAGE = "plus the period"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
        fire = next_after(schedule, now)
        if fire is None or not isinstance(schedule, Periodic):
            return fire
        is_just_a_second = now.nanos_since_epoch + schedule.every.nanos == NANOS_PER_SECOND
        return SystemTime(fire.secs_since_epoch - is_just_a_second, fire.nanos_since_epoch)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
