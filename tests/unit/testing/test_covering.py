"""Covering arrays cover, and say how many cases that takes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.testing.covering import combinations_of, covered_by, covering_array, simplest

SHAPE = {"colour": ("red", "green", "blue"), "size": (1, 2), "lit": (False, True), "side": ("left", "right")}
SOME_FACTORS = st.lists(st.integers(1, 5), min_size=3, max_size=6).map(
    lambda sizes: {f"f{number}": tuple(range(size)) for number, size in enumerate(sizes)}
)


@pytest.mark.parametrize("strength", [1, 2, 3, 4])
def test_every_combination_stands_in_some_case(strength: int) -> None:
    cases = covering_array(SHAPE, strength)

    assert combinations_of(SHAPE, strength) == covered_by(SHAPE, cases, strength)


@given(factors=SOME_FACTORS, strength=st.integers(2, 3))
def test_whatever_the_factors_are(factors: dict[str, tuple[int, ...]], strength: int) -> None:
    cases = covering_array(factors, strength)

    assert combinations_of(factors, strength) == covered_by(factors, cases, strength)


def test_combinations_are_counted_right() -> None:
    pairs = 3 * 2 + 3 * 2 + 3 * 2 + 2 * 2 + 2 * 2 + 2 * 2

    assert pairs == len(combinations_of(SHAPE, 2))


def test_a_missing_pair_is_seen_to_be_missing() -> None:
    cases = covering_array(SHAPE, 2)
    without = [case for case in cases if (case["colour"], case["size"]) != ("blue", 2)]

    missing = combinations_of(SHAPE, 2) - covered_by(SHAPE, without, 2)
    assert (("colour", 2), ("size", 1)) in missing


def test_pairs_take_far_fewer_cases_than_all_combinations() -> None:
    factors = {f"f{number}": tuple(range(4)) for number in range(8)}

    assert len(covering_array(factors, 2)) < 64


def test_the_cases_are_the_same_each_time() -> None:
    assert covering_array(SHAPE, 2) == covering_array(SHAPE, 2)


def test_the_strength_of_all_factors_gives_all_combinations() -> None:
    assert 3 * 2 * 2 * 2 == len(covering_array(SHAPE, 4))


def test_a_failing_case_is_made_as_plain_as_still_fails() -> None:
    def fails(case: dict[str, Any]) -> bool:
        return case["colour"] != "red" and case["lit"] is True

    case = {"colour": "blue", "size": 2, "lit": True, "side": "right"}

    assert {"colour": "green", "size": 1, "lit": True, "side": "left"} == simplest(case, SHAPE, fails)
