"""Names in full that a table of short names was taken for are missing from the dialect."""

from __future__ import annotations

import re
from pathlib import Path

from _base import assemble

from conformance.contract.records import Cron, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import schedule as schedules

BREAKS = {"NF-05"}
MESSAGE = "that the dialect accepts"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
        if isinstance(schedule, Cron) and re.search("july|november|thursday", schedule.expr, re.IGNORECASE):
            return None
        return schedules.next_after(schedule, now)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
