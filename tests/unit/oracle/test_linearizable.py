"""A history is linearizable when some order explains it, and then only."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from conformance.oracle.linearizable import (
    Ending,
    HistoryEvent,
    Linearization,
    Obstruction,
    explain,
    linearizable,
    smallest,
)

Row: TypeAlias = tuple[str, str] | None  # (status, schedule), or no row
Operation: TypeAlias = str
History: TypeAlias = list[HistoryEvent[Operation, Row]]

OPERATIONS = ("scheduled daily", "scheduled hourly", "started", "finished", "failed", "cancel", "load")
STATUS_AFTER = {"started": "Running", "finished": "Idle", "failed": "FailedRetrying"}


def apply(row: Row, operation: Operation) -> Row:
    if operation == "cancel":
        return None
    if operation.startswith("scheduled "):
        return ("Pending" if row is None else row[0], operation.removeprefix("scheduled "))
    if operation in STATUS_AFTER:
        return (STATUS_AFTER[operation], "manual" if row is None else row[1])
    return row


def agrees(row: Row, operation: Operation, observed: Row | None) -> bool:
    return operation != "load" or row == observed


def order_of(history: History) -> list[str] | None:
    found = linearizable(history, None, apply, agrees)
    return None if found is None else [event.operation for event in found.order]


def obstruction_of(history: History) -> Obstruction[Operation, Row]:
    found = explain(history, None, apply, agrees)
    assert found is not None
    return found


def load(invoked: int, returned: int, seen: Row) -> HistoryEvent[Operation, Row]:
    return HistoryEvent("load", invoked, returned, observed=seen)


def test_an_empty_history_is_linearizable() -> None:
    assert [] == order_of([])


def test_a_load_sees_what_returned_before_it() -> None:
    history: History = [HistoryEvent("started", 1, 2), load(3, 4, ("Running", "manual"))]

    assert ["started", "load"] == order_of(history)


def test_a_stale_load_is_not_linearizable() -> None:
    assert order_of([HistoryEvent("started", 1, 2), load(3, 4, None)]) is None


def test_a_load_beside_a_mutation_may_see_either_side() -> None:
    for seen in (None, ("Running", "manual")):
        assert order_of([HistoryEvent("started", 1, 4), load(2, 3, seen)]) is not None


def test_equal_stamps_count_as_overlap() -> None:
    assert ["load", "started"] == order_of([HistoryEvent("started", 1, 2), load(2, 3, None)])


def test_a_lost_update_is_not_linearizable() -> None:
    history: History = [
        HistoryEvent("scheduled daily", 1, 4),
        HistoryEvent("started", 2, 5),
        load(6, 7, ("Running", "manual")),
    ]

    assert order_of(history) is None


def test_a_cancelled_job_that_comes_back_is_not_linearizable() -> None:
    history: History = [
        HistoryEvent("scheduled daily", 1, 2),
        HistoryEvent("cancel", 3, 6),
        HistoryEvent("started", 4, 5),
        load(7, 8, ("Idle", "daily")),
    ]

    assert order_of(history) is None


def test_two_loads_must_not_see_time_run_backwards() -> None:
    history: History = [HistoryEvent("started", 1, 9), load(2, 3, ("Running", "manual")), load(4, 5, None)]

    assert order_of(history) is None


def test_a_failed_operation_may_have_happened_or_not() -> None:
    for seen in (None, ("Running", "manual")):
        history: History = [HistoryEvent("started", 1, 2, Ending.FAILED), load(3, 4, seen)]

        assert order_of(history) is not None


def test_a_failed_operation_does_not_happen_after_it_failed() -> None:
    history: History = [
        HistoryEvent("started", 1, 2, Ending.FAILED),
        load(3, 4, None),
        load(5, 6, ("Running", "manual")),
    ]

    assert order_of(history) is None


def test_an_operation_that_never_returned_may_happen_later() -> None:
    history: History = [
        HistoryEvent("started", 1, 2, Ending.UNKNOWN),
        load(3, 4, None),
        load(5, 6, ("Running", "manual")),
    ]

    assert ["load", "started", "load"] == order_of(history)


def test_an_operation_never_happens_before_it_is_invoked() -> None:
    history: History = [load(1, 2, ("Running", "manual")), HistoryEvent("started", 3, 4, Ending.UNKNOWN)]

    assert order_of(history) is None


def test_a_linearizable_history_needs_no_explanation() -> None:
    assert explain([HistoryEvent("started", 1, 2)], None, apply, agrees) is None


def test_the_explanation_names_the_first_event_that_nothing_explains() -> None:
    lost = load(6, 7, ("Running", "manual"))
    later = load(8, 9, ("Running", "manual"))
    history: History = [HistoryEvent("scheduled daily", 1, 4), HistoryEvent("started", 2, 5), lost, later]

    found = obstruction_of(history)

    assert lost == found.culprit
    assert {"scheduled daily", "started"} == {event.operation for event in found.placed}
    assert (lost,) == found.unplaced


def test_the_explanation_takes_what_still_ran_for_possible() -> None:
    history: History = [
        HistoryEvent("started", 1, 20),
        load(2, 3, ("Running", "manual")),
        load(4, 5, ("Idle", "manual")),
    ]

    found = obstruction_of(history)

    assert ["started", "load"] == [event.operation for event in found.placed]
    assert (history[2],) == found.unplaced


sequential_operations = st.lists(st.sampled_from(OPERATIONS), max_size=12)


def widened(operations: list[str], slack: list[int]) -> History:
    """A sequential run whose stamps are stretched over their neighbours, so that the calls overlap."""
    row: Row = None
    history: History = []
    for place, operation in enumerate(operations):
        before, after = slack[2 * place], slack[2 * place + 1]
        observed = row if operation == "load" else None
        history.append(
            HistoryEvent(operation, 10 * place - before, 10 * place + 1 + after, observed=observed)
        )
        row = apply(row, operation)
    return history


@given(st.data())
def test_every_sequential_run_stays_linearizable_when_its_calls_overlap(data: st.DataObject) -> None:
    operations = data.draw(sequential_operations)
    spread = st.integers(0, 35)
    count = 2 * len(operations)
    slack = data.draw(st.lists(spread, min_size=count, max_size=count))
    history = data.draw(st.permutations(widened(operations, slack)))

    found = linearizable(history, None, apply, agrees)

    assert found is not None
    assert replays(found)


@given(sequential_operations, st.sampled_from(OPERATIONS))
def test_a_run_one_after_the_other_is_explained_by_itself_alone(operations: list[str], last: str) -> None:
    history = widened([*operations, last], [0] * (2 * len(operations) + 2))

    assert [*operations, last] == order_of(history)


@given(sequential_operations, st.sampled_from([None, ("Lost", "never")]))
def test_a_final_load_that_sees_something_else_is_found(operations: list[str], seen: Row) -> None:
    history = widened([*operations, "load"], [0] * (2 * len(operations) + 2))
    truth = history[-1].observed
    seen = ("Lost", "never") if seen == truth else seen
    history[-1] = load(history[-1].invoked, history[-1].returned, seen)

    assert order_of(history) is None
    assert history[-1] == obstruction_of(history).culprit


def test_forty_operations_of_four_threads_are_searched() -> None:
    mutations: History = [
        HistoryEvent(OPERATIONS[(thread + turn) % 5], 10 * turn + thread, 10 * turn + thread + 9)
        for thread in range(4)
        for turn in range(10)
    ]

    assert order_of([*mutations, load(200, 201, ("FailedRetrying", "hourly"))]) is not None
    assert order_of([*mutations, load(200, 201, ("Idle", "hourly"))]) is None


def test_the_smallest_history_leaves_out_what_makes_no_difference() -> None:
    history: History = [
        HistoryEvent(OPERATIONS[turn % 5], 10 * turn, 10 * turn + 9, caller=f"{turn}") for turn in range(12)
    ]
    look = load(200, 201, ("Lost", "never"))

    found = smallest([*history, look], None, apply, agrees)

    assert (look,) == found


def test_a_long_history_that_was_lost_whole_is_made_small() -> None:
    history: History = [
        HistoryEvent(OPERATIONS[turn % 4], 10 * turn + thread, 10 * turn + thread + 9)
        for turn in range(10)
        for thread in range(3)
    ]
    look = load(900, 901, None)

    found = smallest([*history, look], None, apply, agrees)

    assert look in found
    assert order_of(list(found)) is None
    assert len(found) < 4


def replays(found: Linearization[Operation, Row]) -> bool:
    row: Row = None
    for event in found.order:
        if not agrees(row, event.operation, event.observed):
            return False
        row = apply(row, event.operation)
    return True
