"""All operations in any order, with reopening, against the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from hypothesis import given

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Cron, QName, SchedulerJobRecord, SystemTime
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
from conformance.testing.cases import Each
from conformance.testing.expect import Nonconformance, expect_equal
from conformance.testing.machine import Walk, walk
from conformance.testing.planting import raw_row
from conformance.testing.session import Backend, Session
from conformance.testing.shrinking import BREACHES, Breach, smallest
from conformance.testing.strategies import long_programs, programs
from conformance.testing.strategies.programs import tireless_program
from conformance.testing.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
NOON = SystemTime(1_800_000_000, 0)


@verifies("UP-06")
@given(program=programs(cancelling_unknown=True))
def test_UP_06_a_backend_agrees_with_the_model_after_every_operation(
    backend: Backend, program: list[Operation]
) -> None:
    broken = _outcome(backend, program)
    if broken is not None:
        raise broken


@verifies("UP-06", shrinks=False)
@given(program=long_programs())
def test_UP_06_a_backend_agrees_with_the_model_on_long_walks(
    backend: Backend, program: list[Operation]
) -> None:
    """
    Long programs that Hypothesis could not make or shrink as cheaply; so the shrinking is done here.
    """
    broken = _outcome(backend, program)
    if broken is not None:
        outcome = partial(_outcome, backend)
        raise outcome(smallest(program, broken, outcome)) or broken


_SECOND = QName("kit", "second")
_EACH_MUTATION: tuple[Mutation, ...] = (
    RecordScheduled(_SECOND, Cron("no expression")),
    RecordStarted(_SECOND, AN_INSTANT),
    RecordFinished(_SECOND, AN_INSTANT, success=True),
    RecordFinished(_SECOND, AN_INSTANT, success=False),
    Cancel(_SECOND),
)


@verifies("UP-06", cases=Each(mutation=_EACH_MUTATION, openings=(1, 2, 3, 4), kept=(False, True)))
def test_UP_06_a_backend_agrees_with_the_model_however_often_it_is_opened(
    backend: Backend, mutation: Mutation, openings: int, kept: bool
) -> None:
    """
    With the job that changes known from the start, or not; cancelled, it is known.
    """
    program: list[Operation] = [RecordStarted(QName("kit", "first"), AN_INSTANT)]
    program += [RecordStarted(_SECOND, AN_INSTANT)] * (kept or isinstance(mutation, Cancel))
    program += [Reopen()] * openings
    _walk_afresh(backend, [*program, mutation, Reopen()])


_ENDURANCE = 1_100
_RECENT = 100
_FEW = 256


@verifies("UP-06", shrinks=False)
def test_UP_06_an_open_backend_does_not_tire(backend: Backend) -> None:
    """
    More operations than a log, a queue or a table of open files holds, on one open backend. What a new
    backend does wrong after the last of them, too, has nothing to do with their number.
    """
    program = list(map(_in_one_spelling, tireless_program(_ENDURANCE)))
    done = 0
    try:
        with backend.fresh(now=NOON) as store, backend.driver.few_files(_FEW):
            course = Walk(store)
            for operation in program:
                with backend.aside():
                    backend.note(_told(program[:done]))
                    course.step(operation)
                done += 1
    except BREACHES as tired:
        recent = program[max(0, done - _RECENT) : done + 1]
        with backend.aside():
            broken = _walked(backend, recent)
        if broken is not None:
            outcome = partial(_walked, backend)
            raise outcome(smallest(recent, broken, outcome)) or broken from None
        raise _tired(tired) from None


def _told(program: Sequence[Operation]) -> str:
    kinds = Counter(type(operation).__name__ for operation in program)
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    jobs = {str(operation.id) for operation in program if not isinstance(operation, FlushCheckpoint | Reopen)}
    return f"after {len(program)} operations on {len(jobs)} jobs of one open backend ({counts})"


def _tired(breach: Breach) -> Nonconformance:
    claim = "an open backend goes on as it began, however many operations there are"
    if isinstance(breach, Nonconformance):
        return Nonconformance(claim, breach.expected, f"{breach.claim}: {breach.observed}")
    return Nonconformance(claim, "no exception", str(breach))


_MANY = (20_000, 2_000, 200)
_PATIENCE = 4.0
_SHOWN = 3


@verifies("UP-06", needs="planted_rows", shrinks=False)
def test_UP_06_a_backend_agrees_with_the_model_among_many_jobs(backend: Backend) -> None:
    """
    Wherever the job stands: beyond the first page of any size, or last. Fewer where so many are refused.
    """
    backend.patience = _PATIENCE
    for count in _MANY:
        rows = [StoredRow(f"kit.many.n{n}", "Idle", 1, Cron("no expression"), None) for n in range(count)]
        with backend.fresh(now=NOON, rows=list(map(raw_row, rows))) as store:
            try:
                records = store.load_all()
            except SchedulerPersistenceError:
                continue
            _expect_jobs(records, rows, "every one of many jobs is loaded", "RT-02")
            _change_a_few(store, rows)
            return
    backend.vacuous("two hundred rows are refused")


def _change_a_few(store: Session, rows: Sequence[StoredRow]) -> None:
    third, middle, late, last = (
        QName.parse(rows[len(rows) * part // 12 - 1].qname) for part in (4, 6, 11, 12)
    )
    changes: list[Mutation] = [
        RecordFinished(last, AN_INSTANT, success=False),
        RecordScheduled(middle, Cron("another text")),
        RecordScheduled(last, Cron("another text")),
        RecordStarted(QName("kit.many", "new"), AN_INSTANT),
        Cancel(third),
        Cancel(late),
    ]
    for change in changes:
        store.perform(change)
        rows = apply(rows, change)
    records = store.load_all()
    left = sorted({str(record.id) for record in records} & {str(third), str(late)})
    expect_equal(left, [], "a cancelled job is gone", requirement="CX-01")
    _expect_jobs(records, rows, "among many jobs a mutation changes the one that it names")


def _expect_jobs(
    records: Sequence[SchedulerJobRecord],
    rows: Sequence[StoredRow],
    claim: str,
    requirement: str | None = None,
) -> None:
    """The first few that are wrong are shown."""
    counts = Counter(str(record.id) for record in records)
    repeated = {dotted: count for dotted, count in counts.items() if count > 1}
    expect_equal(repeated, {}, "no operation makes a second row for a job")
    found, wanted = ({str(record.id): record for record in each} for each in (records, loaded(rows)))
    wrong = [name for name in {**wanted, **found} if _plan(found.get(name)) != _plan(wanted.get(name))]
    expect_equal(
        {name: _plan(found.get(name)) for name in wrong[:_SHOWN]},
        {name: _plan(wanted.get(name)) for name in wrong[:_SHOWN]},
        claim,
        requirement=requirement,
    )


def _plan(record: SchedulerJobRecord | None) -> object:
    return record and (record.schedule, record.next_fire_at, record.consecutive_failures)


def _walk_afresh(backend: Backend, program: Sequence[Operation]) -> None:
    with backend.fresh(now=NOON) as store:
        walk(store, program)


def _outcome(backend: Backend, program: Sequence[Operation]) -> Breach | None:
    """What a program breaks. Two spellings of one id are to blame only if one spelling breaks nothing."""
    broken = _walked(backend, program)
    if isinstance(broken, Nonconformance) and broken.requirement == "QN-07":
        return _walked(backend, list(map(_in_one_spelling, program))) or _walked(backend, program)
    return broken


def _walked(backend: Backend, program: Sequence[Operation]) -> Breach | None:
    backend.restart_example({"program": list(program)})
    try:
        _walk_afresh(backend, program)
    except BREACHES as broken:
        return broken
    return None


def _in_one_spelling(operation: Operation) -> Operation:
    if isinstance(operation, FlushCheckpoint | Reopen):
        return operation
    return replace(operation, id=QName.parse(str(operation.id)))
