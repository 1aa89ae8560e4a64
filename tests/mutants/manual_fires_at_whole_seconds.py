"""The next fire time of a Manual job loses its fraction of a second."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.records import Manual, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-03"}
MESSAGE = "of a Manual schedule is the instant of record_scheduled"


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    """The reference's answer, but for the defect."""
    if isinstance(schedule, Manual):
        return SystemTime(now.secs_since_epoch, 0)
    return right_next_after(schedule, now)


class Defective(SystemLabelSchedulerPersistence):
    """The reference with its own idea of the next fire time."""

    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
