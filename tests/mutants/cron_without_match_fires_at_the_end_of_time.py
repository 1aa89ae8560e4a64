"""A cron expression that never fires again gets the last instant there is."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.records import MAX_INSTANT_SECS, Cron, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.cron import parse
from reference_impl.persistence import document_path
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-06"}
MESSAGE = "is stored without next_fire_at"


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    """The reference's answer, but for the defect."""
    found = right_next_after(schedule, now)
    if not isinstance(schedule, Cron) or found is not None:
        return found
    try:
        parse(schedule.expr)
    except ValueError:
        return None
    return SystemTime(MAX_INSTANT_SECS, 0)


class Defective(SystemLabelSchedulerPersistence):
    """The reference with its own idea of the next fire time."""

    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
