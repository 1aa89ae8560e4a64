"""A cron expression is matched from the nearest second, rounded up from three quarters of one."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import Cron, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, next_after

BREAKS = {"NF-04"}
MESSAGE = "strictly after now"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
        if isinstance(schedule, Cron) and now.nanos_since_epoch > 750_000_000:
            now = SystemTime(now.secs_since_epoch + 1, 0)
        return next_after(schedule, now)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
