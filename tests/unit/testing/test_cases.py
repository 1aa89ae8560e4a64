"""Finite lists are tried whole, and by no check that Hypothesis samples."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import conformance.suite.chapters  # noqa: F401 - registers the checks
from conformance.testing.cases import Each
from conformance.testing.profiles import Dose
from conformance.testing.verifies import CHECKS, Check

ENDLESS = 10**9
QUICK = Dose("quick", 0)
CHAPTERS = ("UP", "QN", "CX", "FM", "ER", "CM", "SE", "FS")


def size(strategy: SearchStrategy[object]) -> int:
    """How many values a strategy has, as far as that can be told; many where it cannot."""
    plain = getattr(strategy, "wrapped_strategy", strategy)
    if hasattr(plain, "original_strategies"):
        return min(ENDLESS, sum(map(size, plain.original_strategies)))
    if hasattr(plain, "value"):
        return 1
    if hasattr(plain, "elements"):
        return len(plain.elements)
    if hasattr(plain, "element_strategies"):
        return min(ENDLESS, prod(map(size, plain.element_strategies)))
    if getattr(plain, "start", None) is not None and getattr(plain, "end", None) is not None:
        return int(plain.end - plain.start + 1)
    return 2 if type(plain).__name__ == "BooleansStrategy" else ENDLESS


def sampled(check: Check) -> int:
    """How many examples a generated check could have."""
    given = check.given.hypothesis._given_kwargs  # type: ignore[attr-defined]
    return min(ENDLESS, prod(map(size, given.values())))


@pytest.mark.parametrize(
    ("strategy", "count"),
    [
        (st.sampled_from("abc"), 3),
        (st.booleans(), 2),
        (st.integers(1, 4), 4),
        (st.tuples(st.booleans(), st.sampled_from("abc")), 6),
        (st.one_of(st.just(1), st.sampled_from("abc")), 4),
        (st.text(), ENDLESS),
        (st.lists(st.booleans()), ENDLESS),
    ],
)
def test_the_size_of_a_finite_strategy_is_known(strategy: SearchStrategy[object], count: int) -> None:
    assert count == size(strategy)


def test_no_finite_list_is_sampled() -> None:
    generated = [check for check in CHECKS.values() if check.generated and check.requirement[:2] in CHAPTERS]

    assert [] == [check.test for check in generated if sampled(check) < ENDLESS]


def test_each_combination_is_a_case() -> None:
    cases = list(Each(kind="ab", twice=(False, True))(QUICK))

    assert [
        {"kind": "a", "twice": False},
        {"kind": "a", "twice": True},
        {"kind": "b", "twice": False},
        {"kind": "b", "twice": True},
    ] == cases
