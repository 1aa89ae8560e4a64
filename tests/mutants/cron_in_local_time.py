"""Cron expressions are matched in local time."""

from __future__ import annotations

import time
from pathlib import Path

from conformance.contract.records import Cron, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-04"}
MESSAGE = "the first match strictly after now, in UTC"


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    """The reference's answer, but for the defect."""
    found = right_next_after(schedule, now)
    if not isinstance(schedule, Cron) or found is None:
        return found
    seconds = found.secs_since_epoch
    return SystemTime(seconds - time.localtime(seconds).tm_gmtoff, 0)


class Defective(SystemLabelSchedulerPersistence):
    """The reference with its own idea of the next fire time."""

    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
