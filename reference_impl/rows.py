"""The rows of the document as values, and every change a mutation makes to them.

A row has the shape of its JSON object. Mutations work on the stored rows, not on job records: so a row that
`restore` drops, or a status that no version ever wrote, stays in the document (QN-05, LD-07).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, TypeAlias, assert_never

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from conformance.contract.records import (
    MANUAL,
    MAX_CONSECUTIVE_FAILURES,
    MAX_DURATION_SECS,
    MAX_INSTANT_SECS,
    NANOS_PER_SECOND,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SchedulerJobRecord,
    SchedulerJobStatus,
    SystemTime,
)

Nanos: TypeAlias = Annotated[int, Meta(ge=0, lt=NANOS_PER_SECOND)]


class StoredInstant(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """An instant as the document spells it."""

    secs_since_epoch: Annotated[int, Meta(ge=0, le=MAX_INSTANT_SECS)]
    nanos_since_epoch: Nanos


class StoredDuration(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A duration as the document spells it. Raises ValueError beyond 2^64-1 seconds."""

    secs: Annotated[int, Meta(ge=0)]
    nanos: Nanos

    def __post_init__(self) -> None:
        if self.secs > MAX_DURATION_SECS:  # Meta cannot say it: its bounds end at 2^63-1
            raise ValueError(f"secs must be at most {MAX_DURATION_SECS}")


class StoredVariant(Struct, frozen=True, gc=False, forbid_unknown_fields=True, rename="pascal"):
    """{"Once": instant}, {"Periodic": duration} or {"Cron": text}. Raises ValueError unless it is one."""

    once: StoredInstant | UnsetType = UNSET
    periodic: StoredDuration | UnsetType = UNSET
    cron: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        if (self.once, self.periodic, self.cron).count(UNSET) != 2:
            raise ValueError("a schedule is exactly one of Once, Periodic and Cron")


StoredSchedule: TypeAlias = Literal["Manual"] | StoredVariant


class Row(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One row of the document, its members in the order they are written (FM-02).

    `qname` and `status` may be any text.
    """

    qname: str
    status: str
    consecutive_failures: Annotated[int, Meta(ge=0, le=MAX_CONSECUTIVE_FAILURES)]
    schedule: StoredSchedule = "Manual"
    next_fire_at: StoredInstant | None = None


def upsert_schedule(
    rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
) -> list[Row]:
    """The rows with a new schedule for `qname`: in its first row, else in a new last one (UP-07, UP-08)."""
    stored = store_schedule(schedule)
    next_fire = None if next_fire_at is None else store_instant(next_fire_at)
    known = _first(rows, qname)
    if known is None:
        return [*rows, Row(qname, SchedulerJobStatus.PENDING.value, 0, stored, next_fire)]
    return _with_row(rows, known, replace(rows[known], schedule=stored, next_fire_at=next_fire))


def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:
    """The rows with a new status for `qname`: in its first row, else in a new Manual one (UP-04)."""
    known = _first(rows, qname)
    if known is None:
        return [*rows, Row(qname, status.value, 0)]
    return _with_row(rows, known, replace(rows[known], status=status.value))


def remove(rows: Sequence[Row], qname: str) -> list[Row]:
    """The rows without those of `qname` (CX-03, CX-04)."""
    return [row for row in rows if row.qname != qname]


def restore(rows: Iterable[Row]) -> list[SchedulerJobRecord]:
    """The jobs as a restart finds them: Pending and not started (RT-12).

    A row whose qname names no job is dropped (QN-03, QN-04).
    """
    named = ((restore_qname(row.qname), row) for row in rows)
    return [restore_record(qname, row) for qname, row in named if qname is not None]


def restore_record(id: QName, row: Row) -> SchedulerJobRecord:
    """The job `id` as its row has it; what a row does not store is at the defaults of a record."""
    return SchedulerJobRecord(
        id,
        next_fire_at=None if row.next_fire_at is None else restore_instant(row.next_fire_at),
        consecutive_failures=row.consecutive_failures,
        schedule=restore_schedule(row.schedule),
    )


def restore_qname(text: str) -> QName | None:
    """`text` split at its last dot (QN-01), or None without a dot or with an empty part."""
    namespace, _, local = text.rpartition(".")
    return QName(namespace, local) if namespace and local else None


def store_schedule(schedule: Schedule) -> StoredSchedule:
    """A schedule as the document spells it (FM-03)."""
    match schedule:
        case Once(at):
            return StoredVariant(once=store_instant(at))
        case Periodic(every):
            return StoredVariant(periodic=StoredDuration(every.secs, every.nanos))
        case Cron(expr):
            return StoredVariant(cron=expr)
        case Manual():
            return "Manual"
        case _:
            assert_never(schedule)


def restore_schedule(stored: StoredSchedule) -> Schedule:
    """The schedule that the document spells so."""
    if isinstance(stored, str):
        return MANUAL
    if stored.once is not UNSET:
        return Once(restore_instant(stored.once))
    if stored.periodic is not UNSET:
        return Periodic(Duration(stored.periodic.secs, stored.periodic.nanos))
    assert stored.cron is not UNSET
    return Cron(stored.cron)


def store_instant(instant: SystemTime) -> StoredInstant:
    """An instant as the document spells it."""
    return StoredInstant(instant.secs_since_epoch, instant.nanos_since_epoch)


def restore_instant(stored: StoredInstant) -> SystemTime:
    """The instant that the document spells so."""
    return SystemTime(stored.secs_since_epoch, stored.nanos_since_epoch)


def _first(rows: Sequence[Row], qname: str) -> int | None:
    return next((place for place, row in enumerate(rows) if row.qname == qname), None)


def _with_row(rows: Sequence[Row], place: int, row: Row) -> list[Row]:
    return [*rows[:place], row, *rows[place + 1 :]]
