"""What a run comes to on a slow backend."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.execution.order import costs
from conformance.execution.pace import expected_seconds, pace_of
from conformance.execution.plan import Plan, TargetSpec
from conformance.testing.profiles import Dose

PLAN = Plan(TargetSpec("a:b"), Dose("quick", 0), workers=2, chooses_workers=True)


@pytest.mark.parametrize("call_s", [None, 0.0, 0.009])
def test_nothing_is_said_of_calls_that_are_not_slow(call_s: float | None) -> None:
    assert pace_of(PLAN, call_s, 70) is None


def test_more_workers_wait_for_a_slow_backend() -> None:
    pace = pace_of(PLAN, 0.02, 70)

    assert pace is not None
    assert 8 == pace.workers
    assert "a call takes about 20 ms" in pace.words
    assert "2 min or so with 8 workers" in pace.words


def test_a_number_of_workers_that_was_asked_for_is_kept() -> None:
    pace = pace_of(replace(PLAN, chooses_workers=False), 0.02, 70)

    assert pace is not None
    assert 2 == pace.workers
    assert "8 min or so" in pace.words


def test_there_are_no_more_workers_than_checks() -> None:
    pace = pace_of(replace(PLAN, only=("RT-01",)), 0.1, 1)

    assert pace is not None
    assert (2, True) == (pace.workers, pace.calls < 1_000)


def test_the_time_of_a_slow_run_is_shared_out_as_the_references_is() -> None:
    pace = pace_of(PLAN, 0.02, len(costs()))
    seconds = expected_seconds(PLAN, pace, costs().keys())
    cheap, dear = (choose(costs(), key=costs().__getitem__) for choose in (min, max))

    assert pace is not None
    assert pytest.approx(0.02 * pace.calls) == sum(seconds.values())
    assert pytest.approx(costs()[dear] / costs()[cheap]) == seconds[dear] / seconds[cheap]


def test_a_check_of_unknown_cost_is_expected_to_be_as_the_others() -> None:
    seconds = expected_seconds(PLAN, None, [*costs(), "test_new"])

    assert pytest.approx(sum(costs().values()) / len(costs()) / 3000) == seconds["test_new"]
