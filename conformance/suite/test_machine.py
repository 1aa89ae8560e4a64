"""All operations in any order, with reopening, against the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from hypothesis import given

from conformance.contract.records import Cron, Duration, Periodic, QName, SystemTime
from conformance.oracle.document import StoredRow
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    Operation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    Reopen,
)
from conformance.testing.expect import Nonconformance
from conformance.testing.machine import Walk, walk
from conformance.testing.planting import raw_row
from conformance.testing.session import Backend
from conformance.testing.shrinking import BREACHES, Breach, smallest
from conformance.testing.strategies import long_programs, programs, tireless_program
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


_ENDURANCE = 1_100
_RECENT = 100
_FEW = 256


@verifies("UP-06", shrinks=False)
def test_UP_06_an_open_backend_does_not_tire(backend: Backend) -> None:
    """
    More operations than a log, a queue or a table of open files holds, on one open backend. What a backend
    does wrong before it can be tired is for other requirements.
    """
    program = list(map(_in_one_spelling, tireless_program(_ENDURANCE)))
    done = 0
    try:
        with backend.fresh(now=NOON) as store, backend.driver.few_files(_FEW):
            course = Walk(store)
            for operation in program:
                with backend.aside():
                    backend.note(f"after {done} operations on one open backend")
                    course.step(operation)
                done += 1
    except Nonconformance as broken:
        recent = program[max(0, done - _RECENT) : done + 1]
        if backend.is_wrong_aside(partial(_walk_afresh, backend, recent)):
            raise
        claim = "an open backend goes on as it began, however many operations there are"
        observed = f"{broken.claim}: {broken.observed}"
        raise Nonconformance(claim, broken.expected, observed) from None


def _walk_afresh(backend: Backend, program: Sequence[Operation]) -> None:
    with backend.fresh(now=NOON) as store:
        walk(store, program)


_MANY = 1_200


@verifies("UP-06", needs="planted_rows", shrinks=False)
def test_UP_06_a_backend_agrees_with_the_model_among_many_jobs(backend: Backend) -> None:
    """
    Wherever the job stands: at the end of many, beyond the first page of any size, or first.
    """
    names = [f"kit.many.n{number}" for number in range(_MANY)]
    rows = tuple(StoredRow(name, "Idle", 1, Cron("no expression"), None) for name in names)
    if not backend.loads(rows):
        backend.vacuous()
        return
    backend.note(f"there are {_MANY} jobs, kit.many.n0 to kit.many.n{_MANY - 1}")
    with backend.fresh(now=NOON, rows=list(map(raw_row, rows))) as store:
        if len(store.load_all()) != _MANY:  # for RT-02
            backend.vacuous()
            return
        course = Walk(store, rows)
        for id in map(QName.parse, (names[-1], names[_MANY // 2], names[0], "kit.new")):
            for operation in (
                RecordFinished(id, AN_INSTANT, success=False),
                RecordScheduled(id, Periodic(Duration(60, 0))),
                RecordStarted(id, AN_INSTANT),
                Cancel(id),
            ):
                course.step(operation)


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
