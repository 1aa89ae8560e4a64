"""What a right backend holds, for tests that compare one with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from conformance.contract.records import QName, SchedulerJobRecord, SystemTime
from conformance.oracle.document import StoredRow
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    Operation,
    RecordScheduled,
    Reopen,
    apply,
    loaded,
    next_fire_after,
)


class Model:
    """The contract over plain values: what a store holds after some operations, and what it loads.

    Nothing is stored and no clock is read. It shares no code with any backend.
    """

    def __init__(self, rows: Iterable[StoredRow] = ()) -> None:
        """`rows` are there from the start, in document order, as `read_document` gives them."""
        self._rows = tuple(rows)
        self._waiting: frozenset[str] = frozenset()

    def perform(self, operation: Operation, *, now: SystemTime | None = None) -> None:
        """Do what an operation stands for: RecordScheduled, RecordStarted, RecordFinished, Cancel and so on.

        `now` is what the backend's clock shows meanwhile; only RecordScheduled looks at it. Without it,
        `records` and `rows` ask for it later.
        """
        if isinstance(operation, FlushCheckpoint | Reopen):
            return
        dotted = str(operation.id)
        self._rows = apply(self._rows, operation)
        if isinstance(operation, RecordScheduled | Cancel):
            self._waiting -= {dotted}
        if isinstance(operation, RecordScheduled):
            if now is None:
                self._waiting |= {dotted}
            else:
                self._rows = tuple(_scheduled(row, now) if row.qname == dotted else row for row in self._rows)

    def rows(self, *, now: SystemTime | None = None) -> tuple[StoredRow, ...]:
        """What is stored, in document order: what `write_document` takes.

        `now` is what the clock showed in each RecordScheduled that was performed without it. Raises
        ValueError where there was one, and no `now`: the next fire time of its job follows from the clock.
        """
        waiting = self._waiting & {row.qname for row in self._rows}
        if waiting and now is None:
            raise ValueError(f"say with now= what the clock showed when {min(waiting)!r} was scheduled")
        if now is None:
            return self._rows
        return tuple(_scheduled(row, now) if row.qname in waiting else row for row in self._rows)

    def records(self, *, now: SystemTime | None = None) -> tuple[SchedulerJobRecord, ...]:
        """What load_all returns, in document order; the interface leaves the order open. `now` as for `rows`.

        Every record is Pending and was never run: what a job was doing does not survive a restart (RT-12).
        Rows whose qname is no name are dropped (QN-03, QN-04).
        """
        return loaded(self.rows(now=now))

    def record(self, id: QName, *, now: SystemTime | None = None) -> SchedulerJobRecord | None:
        """The record of one job; None where there is none."""
        return next((each for each in self.records(now=now) if str(each.id) == str(id)), None)


def _scheduled(row: StoredRow, now: SystemTime) -> StoredRow:
    """The row with the next fire time that record_scheduled stores at `now` (NF-01 to NF-06).

    A period whose next instant cannot be represented has none; a backend may also refuse it (NF-07).
    """
    earliest = next_fire_after(row.schedule, now, now).earliest
    return replace(row, next_fire_at=None if earliest is None else SystemTime.from_nanos(earliest))
