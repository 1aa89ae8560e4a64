"""A cron expression of five fields is taken, its seconds at 0."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.records import Cron, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-05"}
MESSAGE = "an expression that the dialect refuses counts as unparsable"


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    """The reference's answer, but for the defect."""
    found = right_next_after(schedule, now)
    if found is None and isinstance(schedule, Cron) and len(schedule.expr.split()) == 5:
        return right_next_after(Cron(f"0 {schedule.expr}"), now)
    return found


class Defective(SystemLabelSchedulerPersistence):
    """The reference with its own idea of the next fire time."""

    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
