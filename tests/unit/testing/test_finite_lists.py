"""A finite list is tried whole: Hypothesis draws what is infinite, `cases` lists what is not.

With 30 draws from 24 values a third of them is left out, each time another third.
"""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
from hypothesis import strategies as st

from conformance.suite.chapters import CHECKS
from conformance.testing.profiles import Dose
from conformance.testing.verifies import Check


def values_of(strategy: Any) -> int | None:
    """How many values a strategy draws from, None for no end of them."""
    strategy = getattr(strategy, "wrapped_strategy", strategy)
    match type(strategy).__name__:
        case "SampledFromStrategy" | "JustStrategy":
            return len(strategy.elements)
        case "BooleansStrategy":
            return 2
        case "IntegersStrategy":
            return _between(strategy.start, strategy.end)
        case "PermutationStrategy":
            return prod(range(1, len(strategy.values) + 1))
        case "TupleStrategy":
            return _product(strategy.element_strategies)
        case "BuildsStrategy":
            return _product([*strategy.args, *strategy.kwargs.values()])
        case "MappedStrategy":
            return values_of(strategy.mapped_strategy)
        case "OneOfStrategy":
            parts = [values_of(part) for part in strategy.original_strategies]
            return None if None in parts else sum(part or 0 for part in parts)
    return None


def _between(start: int | None, end: int | None) -> int | None:
    """Thousands of numbers are no list that somebody would try whole."""
    if start is None or end is None or end - start >= 5_000:
        return None
    return end - start + 1


def _product(strategies: Any) -> int | None:
    counts = [values_of(strategy) for strategy in strategies]
    return None if None in counts else prod(count or 0 for count in counts)


def left_to_luck(check: Check) -> str:
    """What a check draws though it could list it; empty if nothing."""
    counts = {name: values_of(strategy) for name, strategy in check.strategies.items()}
    finite = {name: count for name, count in counts.items() if count is not None}
    if counts and finite == counts:
        return f"all {prod(finite.values())} combinations could be cases"
    budget = Dose("quick", 0).examples(check.examples)
    return ", ".join(f"{count} values of {name}" for name, count in finite.items() if count > budget)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_no_check_leaves_a_finite_list_to_luck(check: Check) -> None:
    luck = left_to_luck(check)

    assert not luck, f"{check.test} draws {luck}; give `verifies` cases instead"


@pytest.mark.parametrize(
    ("strategy", "count"),
    [
        (st.sampled_from("abc"), 3),
        (st.sampled_from("abc").map(str.upper), 3),
        (st.booleans(), 2),
        (st.integers(3, 12), 10),
        (st.integers(0, 2**32), None),
        (st.integers(0), None),
        (st.permutations(range(4)), 24),
        (st.tuples(st.booleans(), st.sampled_from("abc")), 6),
        (st.one_of(st.none(), st.booleans()), 3),
        (st.builds(complex, st.integers(0, 4), st.booleans()), 10),
        (st.one_of(st.none(), st.text()), None),
        (st.text(), None),
        (st.lists(st.booleans()), None),
    ],
    ids=str,
)
def test_values_are_counted(strategy: Any, count: int | None) -> None:
    assert count == values_of(strategy)
