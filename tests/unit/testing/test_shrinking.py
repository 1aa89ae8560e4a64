"""A failing program becomes small, and still breaks the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName, SystemTime
from conformance.oracle.model import Cancel, Operation, RecordStarted, Reopen
from conformance.testing.expect import Nonconformance
from conformance.testing.shrinking import Breach, smallest
from conformance.testing.strategies.programs import tireless_program

JOB = QName("kit", "job")
START, CANCEL = RecordStarted(JOB, SystemTime(1, 0)), Cancel(JOB)


def broken(requirement: str | None = "CX-01") -> Nonconformance:
    return Nonconformance("a claim", "one", "another", requirement)


def where(
    holds: Callable[[Sequence[Operation]], bool], error: Breach
) -> Callable[[Sequence[Operation]], Breach | None]:
    return lambda program: error if holds(program) else None


def test_what_need_not_be_there_goes() -> None:
    program = [*tireless_program(30), Reopen(), *tireless_program(20)]
    error = broken()
    found = smallest(program, error, where(lambda tried: Reopen() in tried, error))

    assert [Reopen()] == list(found)


def test_the_order_of_what_stays_is_kept() -> None:
    program: list[Operation] = [Reopen(), START, Reopen(), Reopen(), CANCEL, Reopen()]
    error = broken()

    def holds(tried: Sequence[Operation]) -> bool:
        return START in tried and CANCEL in tried and tried.index(START) < tried.index(CANCEL)

    assert [START, CANCEL] == list(smallest(program, error, where(holds, error)))


def test_a_shorter_program_that_breaks_something_else_is_not_taken() -> None:
    program: list[Operation] = [START, CANCEL]

    def outcome(tried: Sequence[Operation]) -> Breach | None:
        return broken("CX-01") if len(tried) == 2 else broken("CX-02")

    assert program == list(smallest(program, broken("CX-01"), outcome))


def test_a_refusal_is_not_taken_for_a_claim() -> None:
    program: list[Operation] = [START, CANCEL]
    refusal = SchedulerPersistenceError("no")

    assert program == list(smallest(program, broken(), lambda tried: refusal))


def test_what_cannot_be_shorter_stays() -> None:
    assert [START] == list(smallest([START], broken(), lambda tried: broken()))
