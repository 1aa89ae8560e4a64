"""The numbers of a cron expression but the year wrap around at 256."""

from __future__ import annotations

import re
from pathlib import Path

from conformance.contract.records import Cron, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-05"}
MESSAGE = "an expression that the dialect refuses counts as unparsable"


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    if isinstance(schedule, Cron):
        schedule = Cron(re.sub(r"\b[23][0-9]{2}\b", lambda number: str(int(number[0]) & 255), schedule.expr))
    return right_next_after(schedule, now)


class Broken(SystemLabelSchedulerPersistence):
    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Broken:
    return Broken(VecSidecar(document_path(data_path)))
