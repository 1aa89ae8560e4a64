"""What the expectations of checks take for right, and what they say of what is wrong."""

from __future__ import annotations

import pytest

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Manual, QName, SchedulerJobRecord, SchedulerJobStatus
from conformance.testing.expect import (
    Nonconformance,
    attempt,
    expect,
    expect_entries,
    expect_equal,
    expect_refusal,
    expect_same_records,
)

ONE, TWO = SchedulerJobRecord(QName("a", "b")), SchedulerJobRecord(QName("a", "c"))


def test_what_holds_says_nothing() -> None:
    expect(True, "it holds", expected=1, observed=2)
    expect_equal([1], [1], "the same")
    expect_entries({"a": 1, "b": 2}, {"a": 1}, "what was expected is there")
    expect_same_records([ONE, TWO], [TWO, ONE], "the same records in any order")
    with expect_refusal("it is refused"):
        raise SchedulerPersistenceError("no")


def test_a_record_that_differs_in_status_alone_is_the_same_here() -> None:
    """RT-12 speaks of status and run."""
    other = SchedulerJobRecord(ONE.id, status=SchedulerJobStatus.RUNNING)

    expect_same_records([other], [ONE], "the same")


def test_a_claim_that_does_not_hold_tells_both_sides() -> None:
    with pytest.raises(Nonconformance, match="one row stays alone") as caught:
        expect_equal([QName("a", "b")], [Manual()], "one row stays alone", requirement="CX-01")
    broken = caught.value

    assert ("CX-01", "[Manual()]", "[QName('a', 'b')]") == (
        broken.requirement,
        broken.expected,
        broken.observed,
    )


def test_only_the_entries_that_are_wrong_are_told() -> None:
    with pytest.raises(Nonconformance) as caught:
        expect_entries({"a": 1, "b": 3}, {"a": 1, "b": 2, "c": 4}, "all are there")

    assert ("{'b': 2, 'c': 4}", "{'b': 3, 'c': nothing}") == (caught.value.expected, caught.value.observed)


@pytest.mark.parametrize("observed", [[ONE], [ONE, ONE], [ONE, TWO, TWO], []])
def test_a_missing_or_second_record_is_wrong(observed: list[SchedulerJobRecord]) -> None:
    with pytest.raises(Nonconformance):
        expect_same_records(observed, [ONE, TWO], "the same records")


def test_a_refusal_that_does_not_come_is_wrong() -> None:
    with pytest.raises(Nonconformance, match="it is refused"), expect_refusal("it is refused"):
        pass


def test_another_exception_is_no_refusal() -> None:
    with pytest.raises(KeyError), expect_refusal("it is refused"):
        raise KeyError


def test_an_attempt_tells_whether_it_was_done() -> None:
    def refuse() -> None:
        raise SchedulerPersistenceError("no")

    assert attempt(lambda: None)
    assert not attempt(refuse)
