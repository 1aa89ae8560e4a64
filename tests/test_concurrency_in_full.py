"""Very many mutations by threads of several processes; `concurrency_in_full.py` makes as many as one likes.

A sample is made here; of all wrong locks, and ten times as many by the reference, with CONCURRENCY=whole.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from concurrency_in_full import CALLS_OF_A_ROUND, REFERENCE, Crowd, examine

MUTANTS = Path(__file__).parent / "mutants"
WHOLE = os.environ.get("CONCURRENCY") == "whole"
WRONG_LOCKS = (
    "a_posix_lock_keeps_no_thread_out",
    "a_posix_lock_ends_with_another_descriptor",
    "the_lock_file_is_deleted_while_others_wait",
    "processes_lock_after_reading",
    "no_lock_between_processes",
)
ROUNDS = 10
MOST_TRIES = 5


def test_the_reference_loses_no_update() -> None:
    found = examine(Crowd(REFERENCE, 2, 4, ROUNDS * 10 if WHOLE else ROUNDS))

    assert () == found.stories
    assert found.mutations >= ROUNDS * CALLS_OF_A_ROUND


@pytest.mark.parametrize("name", WRONG_LOCKS if WHOLE else WRONG_LOCKS[:2])
def test_a_wrong_lock_is_caught_and_its_smallest_history_told(name: str) -> None:
    crowd = Crowd(f"{MUTANTS / name}.py:open_backend", 2, 4, ROUNDS)

    stories = next(filter(None, (examine(crowd).stories for _ in range(MOST_TRIES))), ())

    assert stories
    first, *calls = stories[0]
    assert "no order explains" in first
    assert any("returned" in call or "saw" in call for call in calls)
    assert all(" ms " in call for call in calls)
