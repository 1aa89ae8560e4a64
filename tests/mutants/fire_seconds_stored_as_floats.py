"""The seconds of a Once job's next fire time are stored through a float; loading mends them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from conformance.contract.records import Once, Schedule, SchedulerJobRecord, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl import rows as changes
from reference_impl.persistence import document_path
from reference_impl.rows import Row

BREAKS = {"FM-06"}
MESSAGE = "64-bit seconds are written exactly"
LARGEST_FLOAT = 2**63 - 1024


def rounded(instant: SystemTime) -> SystemTime:
    """The instant as a float can tell its seconds."""
    seconds = min(int(float(instant.secs_since_epoch)), LARGEST_FLOAT)
    return SystemTime(seconds, instant.nanos_since_epoch)


def upsert_schedule(
    rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
) -> list[Row]:
    """Store the next fire time of a Once job rounded."""
    if isinstance(schedule, Once) and next_fire_at is not None:
        next_fire_at = rounded(next_fire_at)
    return changes.upsert_schedule(rows, qname, schedule, next_fire_at)


def restore(rows: Iterable[Row]) -> list[SchedulerJobRecord]:
    """Take the exact instant from the schedule."""
    return [mended(record) for record in changes.restore(rows)]


def mended(record: SchedulerJobRecord) -> SchedulerJobRecord:
    """The record with the instant of its schedule, where rounding may have changed it."""
    if isinstance(record.schedule, Once) and record.next_fire_at == rounded(record.schedule.at):
        return replace(record, next_fire_at=record.schedule.at)
    return record


class Defective(SystemLabelSchedulerPersistence):
    """The reference, with floats in its document."""

    upsert_schedule = staticmethod(upsert_schedule)
    restore = staticmethod(restore)


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
