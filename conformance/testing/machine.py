"""Every operation in any order against the model, and which requirement each kind of disagreement breaks.

A program is a plain list of operations, so that a failing one shrinks to the fewest and replays as data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from conformance.contract.connection import EscapedFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Cron, Manual, Once, Periodic, QName, Schedule
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
from conformance.oracle.rows import ROW_MEMBERS
from conformance.showing import Words, show
from conformance.testing.expect import Nonconformance, expect, expect_equal, expect_one_each
from conformance.testing.session import Session

NEVER_SEEN = QName("never", "seen")
_ROUND_TRIP = {Once: "RT-05", Periodic: "RT-03", Cron: "RT-04", Manual: "RT-06"}
_NEXT_FIRE = {Once: "NF-02", Periodic: "NF-01", Cron: "NF-04", Manual: "NF-03"}


@dataclass(slots=True)
class Walk:
    """A program on its way: what the model holds, what was cancelled, and how each id was spelled."""

    store: Session
    rows: tuple[StoredRow, ...] = ()
    buried: dict[str, StoredRow] = field(default_factory=dict)
    spellings: frozenset[QName] = frozenset()

    def look(self) -> None:
        """Compare what load_all restores before anything is done. Raises Nonconformance."""
        self._compare_load("RT-02", "a stored job is loaded as its row has it")

    def step(self, operation: Operation) -> None:
        """Perform an operation on both sides and compare. Raises Nonconformance where they disagree."""
        if isinstance(operation, FlushCheckpoint | Reopen):
            self._pause(operation)
        else:
            self._mutate(operation)

    def _pause(self, operation: FlushCheckpoint | Reopen) -> None:
        self.store.perform(operation)
        what = "reopening" if isinstance(operation, Reopen) else "flush_checkpoint"
        observed = self._observed(self.rows)
        self._no_second_rows(observed, "UP-06")
        rule = "RT-02" if self.spellings else "RT-10"
        self._compare_others(self.rows, observed, None, rule, f"{what} changes no job")
        self._compare_load(rule, f"{what} changes no job")

    def _mutate(self, operation: Mutation) -> None:
        dotted = str(operation.id)
        before, known = self.rows, _find(self.rows, dotted)
        self._perform(operation, known)
        observed = self._observed(apply(before, operation))
        twice = any(str(id) == dotted and id != operation.id for id in self.spellings)
        self._no_second_rows(observed, "QN-07" if twice else "UP-06")
        mine = _find(observed, dotted)
        try:
            self._compare_own(operation, known, mine)
        except Nonconformance as broken:
            broken.requirement = "QN-07" if twice and known is not None else broken.requirement
            raise
        self.rows = apply(before, operation, mine.next_fire_at if mine else None)
        self._compare_order(operation, observed)
        rule, claim = _bystander_rule(operation, known)
        self._compare_others(before, observed, dotted, rule, claim)
        self._compare_load(rule, claim)
        self.spellings |= {operation.id}
        if isinstance(operation, Cancel) and known is not None:
            self.buried[dotted] = known

    def _perform(self, operation: Mutation, known: StoredRow | None) -> None:
        try:
            self.store.perform(operation)
        except SchedulerPersistenceError as error:
            claim = f"{self.store.backend.last_operation} succeeds"
            own = "" if isinstance(error, EscapedFault) else "SchedulerPersistenceError: "
            rule = _rule(operation, known, self.buried.get(str(operation.id)))
            raise Nonconformance(claim, "no exception", f"{own}{error}", rule) from None

    def _observed(self, model: tuple[StoredRow, ...]) -> tuple[StoredRow, ...]:
        """The stored rows; without a document what load_all returns, with the statuses of the model."""
        if self.store.backend.keeps_document:
            return self.store.rows()
        statuses = {row.qname: row.status for row in model}
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

    def _no_second_rows(self, observed: tuple[StoredRow, ...], rule: str) -> None:
        claim = "no operation makes a second row for a job"
        expect_one_each((row.qname for row in observed), claim, requirement=rule)

    def _compare_own(self, operation: Mutation, known: StoredRow | None, row: StoredRow | None) -> None:
        if isinstance(operation, Cancel):
            expect_equal(row, None, "a cancelled job is gone", requirement="CX-01")
            return
        dotted = str(operation.id)
        buried = self.buried.get(dotted)
        expected = _find(apply(self.rows, operation), dotted)
        assert expected is not None
        if row is None:
            rule = _rule(operation, known, buried)
            claim = "an operation on a job leaves its row in the store"
            raise Nonconformance(claim, self._told(expected, operation), "no row", rule)
        if isinstance(operation, RecordScheduled):
            self._compare_fire(operation.schedule, known, row)
            expected = replace(expected, next_fire_at=row.next_fire_at)
        rule = _rule(operation, known, buried, row, expected)
        expect_equal(row, expected, "an operation leaves the row it should", requirement=rule)

    def _told(self, row: StoredRow, operation: Mutation) -> str:
        """A row that should be there, with the fire time that it should have."""
        if not isinstance(operation, RecordScheduled):
            return show(row)
        fire = self.store.expected_next_fire(operation.schedule)
        return show(replace(row, next_fire_at=Words(str(fire))))  # type: ignore[arg-type]

    def _compare_order(self, operation: Mutation, observed: tuple[StoredRow, ...]) -> None:
        """Of the rows that are on both sides; a cancel may leave any order, which is then the one to keep."""
        if not self.store.backend.keeps_document:
            return
        if isinstance(operation, Cancel):
            places = {row.qname: place for place, row in enumerate(observed)}
            self.rows = tuple(sorted(self.rows, key=lambda row: places.get(row.qname, len(places))))
            return
        found, wanted = ([row.qname for row in rows] for rows in (observed, self.rows))
        both = {*found} & {*wanted}
        claim = "an updated row keeps its position, and a new row is appended"
        kept = [name for name in found if name in both]
        expect_equal(kept, [name for name in wanted if name in both], claim, requirement="UP-08")

    def _compare_fire(self, schedule: Schedule, known: StoredRow | None, row: StoredRow) -> None:
        allowed = self.store.expected_next_fire(schedule)
        rule = _NEXT_FIRE[type(schedule)]
        if isinstance(schedule, Cron) and schedule.expr == "no expression":
            rule = "NF-06"
        holds = allowed.allows(row.next_fire_at)
        if not holds and known is not None and self._is_right_for_a_new_job(schedule):
            rule = "UP-01"
        claim = "record_scheduled stores the next fire time of the schedule"
        expect(holds, claim, expected=Words(str(allowed)), observed=row.next_fire_at, requirement=rule)

    def _is_right_for_a_new_job(self, schedule: Schedule) -> bool:
        """Whether the schedule gets its fire time where the job was never seen before."""
        with self.store.backend.aside():
            self.store.record_scheduled(NEVER_SEEN, schedule)
            allowed = self.store.expected_next_fire(schedule)
            return allowed.allows(self.store.one(NEVER_SEEN).next_fire_at)

    def _compare_others(
        self,
        before: tuple[StoredRow, ...],
        observed: tuple[StoredRow, ...],
        mine: str | None,
        rule: str,
        claim: str,
    ) -> None:
        found = {row.qname: row for row in observed if row.qname != mine}
        kept = {row.qname: row for row in before if row.qname != mine}
        expect_equal(sorted(found), sorted(kept), claim, requirement=rule)
        if mine is not None:
            rule, claim = "UP-05", "a mutation of one job changes no other job"
        expect_equal(found, kept, claim, requirement=rule)

    def _compare_load(self, rule: str, claim: str) -> None:
        """What load_all makes of the stored rows."""
        records = {str(record.id): record for record in self.store.load_all()}
        wanted = {str(record.id): record for record in loaded(self.rows)}
        expect_equal(sorted(records), sorted(wanted), f"{claim}, and load_all shows it", requirement=rule)
        for dotted, record in records.items():
            should = wanted[dotted]
            for aspect, rule in _ASPECTS:
                rule = rule or _ROUND_TRIP[type(should.schedule)]
                claim = f"load_all restores {aspect} as it should"
                expect_equal(getattr(record, aspect), getattr(should, aspect), claim, requirement=rule)


_ASPECTS = (
    ("status", "RT-12"),
    ("last_started_at", "RT-12"),
    ("last_finished_at", "RT-12"),
    ("consecutive_failures", "RT-08"),
    ("next_fire_at", "RT-07"),
    ("schedule", ""),
)


def _find(rows: Iterable[StoredRow], dotted: str) -> StoredRow | None:
    return next((row for row in rows if row.qname == dotted), None)


def _bystander_rule(operation: Mutation, known: StoredRow | None) -> tuple[str, str]:
    """The requirement that is broken when another job is gone, or one appears."""
    match operation:
        case Cancel() if known is None:
            return "CX-02", "cancel of an unknown job changes no row"
        case Cancel():
            return "CX-03", "cancel leaves every other job"
    return "UP-05", "a mutation of one job changes no other job"


def _rule(
    operation: Mutation,
    known: StoredRow | None,
    buried: StoredRow | None,
    row: StoredRow | None = None,
    expected: StoredRow | None = None,
) -> str:
    """The requirement that is broken when a job's own row is not what it should be, or the call is refused.

    `buried` is the row that the job had when it was last cancelled.
    """
    wrong = _differences(row, expected)
    if isinstance(operation, Cancel):
        return "CX-02" if known is None else "CX-01"
    if known is None and buried is not None and not wrong & _differences(row, buried):
        return "CX-05"
    match operation:
        case RecordScheduled(_, schedule) if known is not None:
            return "UP-01" if "schedule" in wrong or row is None else "UP-03"
        case RecordScheduled(_, schedule):
            return "ST-01" if "status" in wrong else _ROUND_TRIP[type(schedule)]
        case RecordStarted() if "status" in wrong:
            return "ST-02"
        case RecordFinished() if "status" in wrong:
            return "ST-03"
        case RecordFinished() if "consecutive_failures" in wrong and known is not None:
            return "ST-04"
    return "UP-04" if known is None else "UP-02"


def _differences(one: StoredRow | None, other: StoredRow | None) -> set[str]:
    """The members in which two rows differ; none where one is missing."""
    if one is None or other is None:
        return set()
    return {name for name in ROW_MEMBERS if getattr(one, name) != getattr(other, name)}


def walk(store: Session, program: Iterable[Operation]) -> None:
    """Perform a program and compare after every operation. Raises Nonconformance where they disagree."""
    course = Walk(store)
    for operation in program:
        course.step(operation)
