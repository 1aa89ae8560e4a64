"""A cron expression counts the days of the week from 1 = Monday."""

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
    if isinstance(schedule, Cron):
        seconds, _, rest = schedule.expr.rpartition(" ")
        if rest in {"1", "2", "3", "4", "5", "6", "7"} and len(seconds.split()) == 5:
            schedule = Cron(f"{seconds} {int(rest) % 7 + 1}")
    return right_next_after(schedule, now)


class Defective(SystemLabelSchedulerPersistence):
    """The reference with its own idea of the next fire time."""

    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
