"""A Once instant counts as passed only when its whole second has."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.records import Once, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-02"}
MESSAGE = "when that is now or later, else absent"


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    """The reference's answer, but for the defect."""
    if isinstance(schedule, Once) and schedule.at.secs_since_epoch == now.secs_since_epoch:
        return schedule.at
    return right_next_after(schedule, now)


class Defective(SystemLabelSchedulerPersistence):
    """The reference with its own idea of the next fire time."""

    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
