"""Whether a Once instant has passed is asked of local times: wrong in the hour that comes twice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from _base import assemble

from conformance.contract.records import Once, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, next_after

BREAKS = {"NF-02"}
MESSAGE = "now or later, else absent"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
        fire = next_after(schedule, now)
        if isinstance(schedule, Once) and schedule.at.secs_since_epoch < _YEAR_3000:
            return schedule.at if _shown(schedule.at) >= _shown(now) else None
        return fire


_YEAR_3000 = 32_503_680_000


def _shown(at: SystemTime) -> tuple[datetime, int]:
    return datetime.fromtimestamp(at.secs_since_epoch).replace(fold=0), at.nanos_since_epoch


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
