"""Which reloaded states may be seen after a crash."""

from __future__ import annotations

import pytest

from conformance.oracle.allowed import CrashVerdict, LoadFailed, judge_reload

STATES = ((), ("a",), ("a", "b"), ("a", "b", "c"))


@pytest.mark.parametrize("seen", [1, 2])
def test_any_state_from_acknowledged_to_sent_may_be_seen(seen: int) -> None:
    judgement = judge_reload(STATES, 1, 2, STATES[seen])

    assert (CrashVerdict.OK, seen) == (judgement.verdict, judgement.matched)
    assert judgement.ok


def test_a_state_before_an_acknowledged_request_breaks_durability() -> None:
    judgement = judge_reload(STATES, 2, 3, STATES[1])

    assert (CrashVerdict.DURABILITY, 1) == (judgement.verdict, judgement.matched)
    assert "the state after 1 request, though 2 requests had been acknowledged" == judgement.reason


def test_a_state_that_never_was_breaks_atomicity() -> None:
    judgement = judge_reload(STATES, 0, 3, ("b",))

    assert (CrashVerdict.ATOMICITY, None) == (judgement.verdict, judgement.matched)
    assert "no state that held after any of the 3 requests sent" == judgement.reason


def test_a_state_that_was_not_asked_for_yet_breaks_atomicity() -> None:
    judgement = judge_reload(STATES, 1, 1, STATES[2])

    assert (CrashVerdict.ATOMICITY, 2) == (judgement.verdict, judgement.matched)
    assert "the state after 2 requests, though only 1 had been sent" == judgement.reason


def test_a_load_that_fails_breaks_atomicity() -> None:
    judgement = judge_reload(STATES, 1, 2, LoadFailed("not valid JSON"))

    assert CrashVerdict.ATOMICITY is judgement.verdict


def test_of_equal_states_the_one_that_clears_the_backend_counts() -> None:
    there_and_back = ((), ("a",), ())

    judgement = judge_reload(there_and_back, 2, 2, ())

    assert (CrashVerdict.OK, 2) == (judgement.verdict, judgement.matched)


@pytest.mark.parametrize(("acknowledged", "sent"), [(-1, 0), (2, 1), (0, 4)])
def test_impossible_counts_are_an_error_of_the_caller(acknowledged: int, sent: int) -> None:
    with pytest.raises(ValueError, match="acknowledged <= sent"):
        judge_reload(STATES, acknowledged, sent, ())
