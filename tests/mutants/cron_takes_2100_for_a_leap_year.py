"""The century 2100 has a 29th of February, so the next match is a day late or lost."""

from __future__ import annotations

from calendar import timegm
from pathlib import Path

from _base import assemble

from conformance.contract.records import Cron, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, next_after

BREAKS = {"NF-04"}
MESSAGE = "strictly after now"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
        fire = next_after(schedule, now)
        if isinstance(schedule, Cron) and fire is not None and now.secs_since_epoch < _FIRST_OF_MARCH:
            leap = next_after(schedule, _LEAP_DAY_BEFORE)
            if fire.secs_since_epoch > _FIRST_OF_MARCH and leap and leap.secs_since_epoch < _MARCH_2096:
                return SystemTime(_FIRST_OF_MARCH, 0)
        return fire


_FIRST_OF_MARCH = timegm((2100, 3, 1, 0, 0, 0))
_LEAP_DAY_BEFORE = SystemTime(timegm((2096, 2, 28, 23, 59, 59)), 0)
_MARCH_2096 = timegm((2096, 3, 1, 0, 0, 0))


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
