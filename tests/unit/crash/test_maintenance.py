"""Which of many mutations make calls in a new order, and what becomes of them."""

from __future__ import annotations

import itertools

import pytest

from conformance.crash.judging.maintenance import unusual
from conformance.crash.judging.runs import RecordedRun
from conformance.crash.judging.speaking import AnswerKind, OperationOutcome
from conformance.crash.judging.workload import prepare_nothing
from conformance.crash.scenarios.maintenance import maintenance_of
from conformance.crash.scenarios.scenario import View, count_of, rows_at
from conformance.errors import UsageError

from .hand import Script


def run_of(*saves: list[str]) -> RecordedRun:
    """Each save a rename of files of these names."""
    script, outcomes = Script(), []
    for names in saves:
        script.request("request")
        sent = script.trace().end - 1
        for name in names:
            script.rename(name, "document")
        script.acknowledge()
        outcomes.append(OperationOutcome(sent, script.trace().end - 1, AnswerKind.DONE))
    return RecordedRun(script.trace(), script.history(), tuple(outcomes), frozenset(), frozenset())


def test_what_differs_in_numbers_alone_is_not_unusual() -> None:
    assert unusual(run_of(*[[f"draft-{number:08x}.tmp"] for number in range(40)])) == []


def test_an_order_of_calls_that_did_not_come_before_is_unusual_once() -> None:
    saves = [["draft", "old"] if number % 10 == 9 else ["draft"] for number in range(40)]

    assert unusual(run_of(*saves)) == [9]


def test_what_comes_again_at_once_counts_once() -> None:
    assert unusual(run_of(*[["draft"] * (1 + number) for number in range(30)])) == []


def test_each_of_many_mutations_changes_something() -> None:
    many = maintenance_of("many", rows_at("document"), 50, View(True), prepare_nothing)
    parts = [many.part(number) for number in range(50)]

    assert all(part.documents[()] != part.documents[(0,)] for part in parts)
    assert all(now.documents[(0,)] == then.documents[()] for now, then in itertools.pairwise(parts))


def test_words_ask_for_a_number_of_mutations() -> None:
    assert (count_of("maintenance=12"), count_of("schedule,cancel")) == (12, None)

    with pytest.raises(UsageError):
        count_of("maintenance=many")
