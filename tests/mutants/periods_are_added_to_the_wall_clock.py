"""A period is added to local time: a day across a change of the clocks lasts 23 or 25 hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from _base import assemble

from conformance.contract.records import Periodic, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, next_after

BREAKS = {"NF-01"}
MESSAGE = "plus the period"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
        fire = next_after(schedule, now)
        if not isinstance(schedule, Periodic) or schedule.every.secs > _A_CENTURY or fire is None:
            return fire
        local = datetime.fromtimestamp(fire.secs_since_epoch - schedule.every.secs)
        shown = local + timedelta(seconds=schedule.every.secs)
        return SystemTime(int(shown.timestamp()), fire.nanos_since_epoch)


_A_CENTURY = 3_155_760_000


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
