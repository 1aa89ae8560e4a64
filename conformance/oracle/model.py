"""The contract over plain values: what a store holds after each operation, and what a load restores.

Rows are the stored rows in document order. Every rule is a plain function; the requirement it stands for is
named beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from conformance.contract.records import (
    MAX_INSTANT_SECS,
    NANOS_PER_SECOND,
    Cron,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SchedulerJobRecord,
    SchedulerJobStatus,
    SystemTime,
)
from conformance.oracle.document import StoredRow, loaded_rows
from conformance.oracle.next_fire import next_fire


@dataclass(frozen=True, slots=True)
class RecordScheduled:
    """record_scheduled(id, schedule)."""

    id: QName
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class RecordStarted:
    """record_started(id, started_at)."""

    id: QName
    started_at: SystemTime


@dataclass(frozen=True, slots=True)
class RecordFinished:
    """record_finished(id, finished_at, success)."""

    id: QName
    finished_at: SystemTime
    success: bool


@dataclass(frozen=True, slots=True)
class Cancel:
    """cancel(id)."""

    id: QName


@dataclass(frozen=True, slots=True)
class FlushCheckpoint:
    """flush_checkpoint()."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Close the backend and open it again on the same data path."""


Mutation: TypeAlias = RecordScheduled | RecordStarted | RecordFinished | Cancel
Operation: TypeAlias = Mutation | FlushCheckpoint | Reopen


class Mutable(Protocol):
    """What mutations are carried out on: a backend, or whatever stands for one."""

    def record_scheduled(self, id: QName, schedule: Schedule) -> None: ...
    def record_started(self, id: QName, started_at: SystemTime) -> None: ...
    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None: ...
    def cancel(self, id: QName) -> None: ...


def carry_out(mutation: Mutation, on: Mutable) -> None:
    """Call the method of `on` that the mutation stands for. Raises what the method raises."""
    match mutation:
        case RecordScheduled(id, schedule):
            on.record_scheduled(id, schedule)
        case RecordStarted(id, started_at):
            on.record_started(id, started_at)
        case RecordFinished(id, finished_at, success):
            on.record_finished(id, finished_at, success)
        case Cancel(id):
            on.cancel(id)


_FIRST_UNREPRESENTABLE = (MAX_INSTANT_SECS + 1) * NANOS_PER_SECOND


@dataclass(frozen=True, slots=True)
class NextFire:
    """The next fire times that are right for one call: an inclusive range of nanoseconds, or none, or both.

    `instants`, where it is not None, lists the only ones allowed inside the range. `refusable` tells that the
    call may be refused instead (NF-07).
    """

    earliest: int | None
    latest: int | None
    absent_allowed: bool
    refusable: bool = False
    instants: frozenset[int] | None = None

    def allows(self, observed: SystemTime | None) -> bool:
        """Whether `observed` is right."""
        if observed is None:
            return self.absent_allowed
        if self.earliest is None or self.latest is None:
            return False
        nanos = observed.to_nanos()
        return self.earliest <= nanos <= self.latest and (self.instants is None or nanos in self.instants)

    def __str__(self) -> str:
        choices = ["None"] if self.absent_allowed else []
        if self.earliest is not None and self.latest is not None:
            ends = [_told(SystemTime.from_nanos(end)) for end in (self.earliest, self.latest)]
            choices.append(ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}")
        return " or ".join(choices)


def _told(at: SystemTime) -> str:
    return f"SystemTime({at.secs_since_epoch}, {at.nanos_since_epoch})"


def next_fire_after(schedule: Schedule, earliest: SystemTime, latest: SystemTime) -> NextFire:
    """What record_scheduled may store when now lies between `earliest` and `latest` (NF-01 to NF-07)."""
    low, high = earliest.to_nanos(), latest.to_nanos()
    match schedule:
        case Manual():
            return NextFire(low, high, absent_allowed=False)
        case Periodic(every):
            return _periodic(low + every.to_nanos(), high + every.to_nanos())
        case Once(at):
            nanos = at.to_nanos()
            if nanos < low:
                return NextFire(None, None, absent_allowed=True)
            return NextFire(nanos, nanos, absent_allowed=nanos < high)
        case Cron(expr):
            return _cron(expr, earliest, latest)


def _periodic(low: int, high: int) -> NextFire:
    if low >= _FIRST_UNREPRESENTABLE:
        return NextFire(None, None, absent_allowed=True, refusable=True)
    overflows = high >= _FIRST_UNREPRESENTABLE
    return NextFire(low, min(high, _FIRST_UNREPRESENTABLE - 1), absent_allowed=overflows, refusable=overflows)


def _cron(expr: str, earliest: SystemTime, latest: SystemTime) -> NextFire:
    try:
        fire = next_fire(expr, earliest)
    except ValueError:
        fire = None
    if fire is None:
        return NextFire(None, None, absent_allowed=True)
    instants = [fire.to_nanos()]
    while fire is not None and fire <= latest:
        fire = next_fire(expr, fire)
        if fire is not None:
            instants.append(fire.to_nanos())
    return NextFire(instants[0], instants[-1], absent_allowed=fire is None, instants=frozenset(instants))


def apply(
    rows: Sequence[StoredRow], mutation: Mutation, next_fire_at: SystemTime | None = None
) -> tuple[StoredRow, ...]:
    """The rows after a mutation. `next_fire_at` is what record_scheduled stores."""
    dotted = str(mutation.id)
    match mutation:
        case Cancel():
            return tuple(row for row in rows if row.qname != dotted)
        case RecordScheduled(_, schedule):
            fresh = StoredRow(dotted, SchedulerJobStatus.PENDING.value, 0, schedule, next_fire_at)
            return _upsert(rows, fresh, schedule=schedule, next_fire_at=next_fire_at)
        case RecordStarted():
            return _set_status(rows, dotted, SchedulerJobStatus.RUNNING)
        case RecordFinished(_, _, success):
            ended = SchedulerJobStatus.IDLE if success else SchedulerJobStatus.FAILED_RETRYING
            return _set_status(rows, dotted, ended)


def _set_status(rows: Sequence[StoredRow], dotted: str, status: SchedulerJobStatus) -> tuple[StoredRow, ...]:
    fresh = StoredRow(dotted, status.value, 0, Manual(), None)
    return _upsert(rows, fresh, status=status.value)


def _upsert(rows: Sequence[StoredRow], fresh: StoredRow, **changes: object) -> tuple[StoredRow, ...]:
    """Change the first row of the job in place, or append `fresh` (UP-07, UP-08)."""
    for position, row in enumerate(rows):
        if row.qname == fresh.qname:
            changed = replace(row, **changes)  # type: ignore[arg-type]
            return (*rows[:position], changed, *rows[position + 1 :])
    return (*rows, fresh)


def loaded(rows: Sequence[StoredRow]) -> tuple[SchedulerJobRecord, ...]:
    """What load_all restores, in document order (RT-12). The interface leaves the order open."""
    return tuple(loaded_rows(rows))
