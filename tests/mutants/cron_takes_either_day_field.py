"""Day-of-month and day-of-week need not both match: either will do, as in most cron libraries."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.records import Cron, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-05"}
MESSAGE = "gives the next fire time that it means"


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    """The reference's answer, but for the defect."""
    fields = schedule.expr.split() if isinstance(schedule, Cron) else []
    found = right_next_after(schedule, now)
    if len(fields) != 6 or found is None or {"*", "?"} & {fields[3], fields[5]}:
        return found
    by_date, by_weekday = [*fields[:5], "*"], [*fields[:3], "*", *fields[4:]]
    either = [right_next_after(Cron(" ".join(each)), now) for each in (by_date, by_weekday)]
    return min((each for each in either if each is not None), default=None)


class Defective(SystemLabelSchedulerPersistence):
    """The reference with its own idea of the next fire time."""

    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
