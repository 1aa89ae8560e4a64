"""SE-03's rule about times, on times that are made up: none is measured here."""

from __future__ import annotations

from collections.abc import Callable
from math import log2

import pytest

from conformance.testing.growth import steep_growth

LARGEST = 1 << 20
PER_UNIT = 4e-6


@pytest.mark.parametrize(
    "seconds",
    [
        lambda size: PER_UNIT * size,
        lambda size: PER_UNIT * size * log2(size + 2),
        lambda size: 5.0 + PER_UNIT * size,
        lambda size: 0.9,
        lambda size: (size / LARGEST) ** 2,
    ],
    ids=["in step", "sorted", "slow from the start", "short", "quadratic but short"],
)
def test_what_grows_in_step_or_is_short_is_no_attack(seconds: Callable[[int], float]) -> None:
    assert steep_growth(seconds, LARGEST) is None


@pytest.mark.parametrize("slow", [1e-11, 1e-8, 1e-6])
def test_quadratic_growth_is_found_at_the_first_size_that_takes_a_second(slow: float) -> None:
    asked = []

    def seconds(size: int) -> float:
        asked.append(size)
        return slow * size**2

    found = steep_growth(seconds, LARGEST)

    assert found is not None
    assert found.sizes == (max(asked) // 4, max(asked))
    assert 3 == len(found.turns)


def test_a_machine_that_is_busy_for_a_while_is_to_blame_for_nothing() -> None:
    """The larger size is slowed twelvefold in two of three turns."""
    slowed = iter([12.0, 12.0, 1.0])

    def seconds(size: int) -> float:
        return PER_UNIT * size * (next(slowed, 1.0) if size * PER_UNIT > 1 else 1.0)

    assert steep_growth(seconds, LARGEST) is None


def test_growth_is_told_turn_by_turn() -> None:
    found = steep_growth(lambda size: 3.0 * (size / LARGEST) ** 2, LARGEST)

    assert "0.19 s and 3.00 s; 0.19 s and 3.00 s; 0.19 s and 3.00 s" == str(found)
