"""A range of a cron expression is laid out, number by number, before anybody looks how far it goes."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path

from conformance.contract.records import Cron, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-05"}
MESSAGE = "record_scheduled returns"
RANGE = re.compile(r"\b([0-9]{1,18})-([0-9]{1,18})\b")


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    if isinstance(schedule, Cron):
        for first, last in RANGE.findall(schedule.expr):
            deque(range(int(first), int(last)), maxlen=1)
    return right_next_after(schedule, now)


class Broken(SystemLabelSchedulerPersistence):
    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Broken:
    return Broken(VecSidecar(document_path(data_path)))
