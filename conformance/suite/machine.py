"""Every operation in any order against the model, and which requirement each kind of disagreement breaks.

A program is a plain list of operations, so that a failing one shrinks to the fewest and replays as data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from conformance.contract.records import Cron, Manual, Once, Periodic, Schedule
from conformance.oracle.document import StoredRow
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    Mutation,
    Operation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    Reopen,
    apply,
    loaded,
)
from conformance.results.counterexample import replayable
from conformance.suite.expect import expect, expect_equal, expect_same_records
from conformance.suite.session import Session

for _kind in (RecordScheduled, RecordStarted, RecordFinished, Cancel, FlushCheckpoint, Reopen):
    replayable(_kind)

_ROUND_TRIP = {Once: "RT-05", Periodic: "RT-03", Cron: "RT-04", Manual: "RT-06"}
_NEXT_FIRE = {Once: "NF-02", Periodic: "NF-01", Cron: "NF-04", Manual: "NF-03"}


@dataclass(slots=True)
class Walk:
    """A program on its way: what the model holds, and which jobs were cancelled before."""

    store: Session
    rows: tuple[StoredRow, ...] = ()
    cancelled: frozenset[str] = frozenset()

    def step(self, operation: Operation) -> None:
        """Perform an operation on both sides and compare. Raises Nonconformance where they disagree."""
        before = self.rows
        self.store.perform(operation)
        if isinstance(operation, FlushCheckpoint | Reopen):
            what = "reopening" if isinstance(operation, Reopen) else "flush_checkpoint"
            self._compare(before, before, None, "RT-02", f"{what} changes no job")
            return
        dotted = str(operation.id)
        observed = self._observed(before, operation)
        mine = [row for row in observed if row.qname == dotted]
        expect(
            len(mine) <= 1,
            "no operation makes a second row for a job",
            expected="at most one row",
            observed=mine,
            requirement="UP-01" if isinstance(operation, RecordScheduled) else "UP-06",
        )
        self._compare_own(before, operation, mine[0] if mine else None)
        self.rows = apply(before, operation, mine[0].next_fire_at if mine else None)
        self._compare(before, observed, operation, *_bystander_rule(operation))
        if isinstance(operation, Cancel):
            self.cancelled |= {dotted}

    def _observed(self, before: tuple[StoredRow, ...], operation: Mutation) -> tuple[StoredRow, ...]:
        """The stored rows; without a document, the rows that explain what load_all returns."""
        if self.store.backend.keeps_document:
            return self.store.rows()
        statuses = {row.qname: row.status for row in apply(before, operation)}
        return tuple(
            StoredRow(
                str(record.id),
                statuses.get(str(record.id), "Pending"),
                record.consecutive_failures,
                record.schedule,
                record.next_fire_at,
            )
            for record in self.store.load_all()
        )

    def _compare_own(self, before: tuple[StoredRow, ...], operation: Mutation, row: StoredRow | None) -> None:
        dotted = str(operation.id)
        known = next((old for old in before if old.qname == dotted), None)
        if isinstance(operation, Cancel):
            expect_equal(row, None, "a cancelled job is gone", requirement="CX-01")
            return
        expected = next(new for new in apply(before, operation) if new.qname == dotted)
        missing_rule = _rule(operation, known, dotted in self.cancelled)
        expect(
            row is not None,
            "an operation on a job leaves its row in the store",
            expected=expected,
            observed=None,
            requirement=missing_rule,
        )
        assert row is not None
        if isinstance(operation, RecordScheduled):
            self._compare_fire(operation.schedule, known, row)
            expected = replace(expected, next_fire_at=row.next_fire_at)
        rule = _rule(operation, known, dotted in self.cancelled, row, expected)
        expect_equal(row, expected, "an operation leaves the row it should", requirement=rule)

    def _compare_fire(self, schedule: Schedule, known: StoredRow | None, row: StoredRow) -> None:
        allowed = self.store.expected_next_fire(schedule)
        rule = _NEXT_FIRE[type(schedule)]
        if isinstance(schedule, Cron) and schedule.expr == "no expression":
            rule = "NF-06"
        if known is not None and known.next_fire_at == row.next_fire_at:
            rule = "UP-01"
        claim = "record_scheduled stores the next fire time of the schedule"
        expect(
            allowed.allows(row.next_fire_at),
            claim,
            expected=str(allowed),
            observed=row.next_fire_at,
            requirement=rule,
        )

    def _compare(
        self,
        before: tuple[StoredRow, ...],
        observed: tuple[StoredRow, ...],
        operation: Mutation | None,
        rule: str,
        claim: str,
    ) -> None:
        if self.store.backend.keeps_document:
            mine = str(operation.id) if operation else None
            found = sorted((row for row in self.store.rows() if row.qname != mine), key=_by_qname)
            kept = sorted((row for row in before if row.qname != mine), key=_by_qname)
            expect_equal(found, kept, claim, requirement=rule)
        records = self.store.load_all()
        expect_same_records(records, loaded(self.rows), f"{claim}, and load_all shows it", requirement=rule)


def _by_qname(row: StoredRow) -> str:
    return row.qname


def _bystander_rule(operation: Mutation) -> tuple[str, str]:
    if isinstance(operation, Cancel):
        return "CX-03", "cancel leaves every other job"
    return "UP-05", "a mutation of one job changes no other job"


def _rule(
    operation: Mutation,
    known: StoredRow | None,
    cancelled: bool,
    row: StoredRow | None = None,
    expected: StoredRow | None = None,
) -> str:
    """The requirement that is broken when the job's own row is not what it should be."""
    status_differs = row is not None and expected is not None and row.status != expected.status
    rest_differs = (
        row is not None and expected is not None and replace(row, status=expected.status) != expected
    )
    if known is None and cancelled and (row is None or rest_differs or status_differs):
        return "CX-05"
    match operation:
        case RecordScheduled(_, schedule):
            if known is not None:
                same_plan = row is not None and row.schedule == schedule
                return "UP-03" if same_plan else "UP-01"
            if status_differs:
                return "ST-01"
            return _ROUND_TRIP[type(schedule)]
        case RecordStarted() if status_differs:
            return "ST-02"
        case RecordFinished() if status_differs:
            return "ST-03"
    return "UP-04" if known is None else "UP-02"
