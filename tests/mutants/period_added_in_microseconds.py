"""A period is added in microseconds: what is below is forgotten."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.records import Periodic, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-01"}
MESSAGE = "the instant of record_scheduled plus the period"


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    """The reference's answer, but for the defect."""
    found = right_next_after(schedule, now)
    if not isinstance(schedule, Periodic) or found is None:
        return found
    return SystemTime.from_nanos(found.to_nanos() // 1_000 * 1_000)


class Defective(SystemLabelSchedulerPersistence):
    """The reference with its own idea of the next fire time."""

    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
