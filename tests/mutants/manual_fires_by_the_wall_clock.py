"""The fire time of a Manual schedule goes through local time: an hour off in the hour that comes twice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from _base import assemble

from conformance.contract.records import Manual, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, next_after

BREAKS = {"NF-03"}
MESSAGE = "instant of record_scheduled"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
        if isinstance(schedule, Manual):
            shown = datetime.fromtimestamp(now.secs_since_epoch).replace(fold=0)
            return SystemTime(int(shown.timestamp()), now.nanos_since_epoch)
        return next_after(schedule, now)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
