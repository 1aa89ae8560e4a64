"""A next instant beyond 2^63-1 seconds wraps around to the epoch."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.records import MAX_INSTANT_SECS, NANOS_PER_SECOND, Periodic, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.schedule import next_after as right_next_after

BREAKS = {"NF-07"}
MESSAGE = "is stored without next_fire_at"


def next_after(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    """The reference's answer, but for the defect."""
    if isinstance(schedule, Periodic):
        total = now.to_nanos() + schedule.every.to_nanos()
        return SystemTime.from_nanos(total % ((MAX_INSTANT_SECS + 1) * NANOS_PER_SECOND))
    return right_next_after(schedule, now)


class Defective(SystemLabelSchedulerPersistence):
    """The reference with its own idea of the next fire time."""

    next_after = staticmethod(next_after)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
