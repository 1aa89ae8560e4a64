"""A line end beside the hyphen of a range makes a cron expression unparsable."""

from __future__ import annotations

import re
from pathlib import Path

from conformance.contract.records import Cron, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-05"}
MESSAGE = "gives the next fire time that it means"


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    if isinstance(schedule, Cron) and re.search(r"[\r\n]\s*-|-\s*[\r\n]", schedule.expr):
        return None
    return right_next_after(schedule, now)


class Broken(SystemLabelSchedulerPersistence):
    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Broken:
    return Broken(VecSidecar(document_path(data_path)))
