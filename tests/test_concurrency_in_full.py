"""Very many mutations by threads of several processes; `concurrency_in_full.py` makes as many as one likes.

With --whole there are ten times as many by the reference, and all wrong locks are tried.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from concurrency_in_full import CALLS_OF_A_ROUND, REFERENCE, Crowd, examine
from whole import partly

MUTANTS = Path(__file__).parent / "mutants"
WRONG_LOCKS = (
    "a_posix_lock_keeps_no_thread_out",
    "a_posix_lock_ends_with_another_descriptor",
    "the_lock_file_is_deleted_while_others_wait",
    "processes_lock_after_reading",
    "no_lock_between_processes",
)
ROUNDS = 10
FEW_ROUNDS, MOST_TRIES = 2, 25  # each history that no order explains is made small, which takes longest


def test_the_reference_loses_no_update(pytestconfig: pytest.Config) -> None:
    rounds = ROUNDS * 10 if pytestconfig.getoption("--whole") else ROUNDS

    found = examine(Crowd(REFERENCE, 2, 4, rounds))

    assert () == found.stories
    assert found.mutations >= ROUNDS * CALLS_OF_A_ROUND


@pytest.mark.parametrize("name", partly(WRONG_LOCKS, always=WRONG_LOCKS[:2]))
def test_a_wrong_lock_is_caught_and_its_smallest_history_told(name: str) -> None:
    crowd = Crowd(f"{MUTANTS / name}.py:open_backend", 2, 4, FEW_ROUNDS)

    stories = next(filter(None, (examine(crowd).stories for _ in range(MOST_TRIES))), ())

    assert stories
    first, *calls = stories[0]
    assert "no order explains" in first
    assert any("returned" in call or "saw" in call for call in calls)
    assert all(" ms " in call for call in calls)
