"""The 31st means the last day in months that have none."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime
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
        if not isinstance(schedule, Cron) or fire is None or schedule.expr.split(" ")[3:4] != ["31"]:
            return fire
        today = datetime.fromtimestamp(now.secs_since_epoch, UTC)
        length = monthrange(today.year, today.month)[1]
        last = next_after(Cron(schedule.expr.replace(" 31 ", f" {length} ")), now)
        return min(fire, last) if last is not None else fire


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
