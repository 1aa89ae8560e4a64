"""A match exactly at now counts as the next fire time."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.records import Cron, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-04"}
MESSAGE = "the first match strictly after now"


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    """The reference's answer, but for the defect."""
    if isinstance(schedule, Cron) and now.to_nanos() > 0:
        now = SystemTime.from_nanos(now.to_nanos() - 1)
    return right_next_after(schedule, now)


class Defective(SystemLabelSchedulerPersistence):
    """The reference with its own idea of the next fire time."""

    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
