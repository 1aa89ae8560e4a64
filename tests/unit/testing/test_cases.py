"""The cases of a check that means "each of these"."""

from __future__ import annotations

from conformance.testing.cases import Each
from conformance.testing.profiles import Dose


def test_each_combination_is_a_case() -> None:
    cases = list(Each(kind="ab", twice=(False, True))(Dose("quick", 0)))

    assert [
        {"kind": "a", "twice": False},
        {"kind": "a", "twice": True},
        {"kind": "b", "twice": False},
        {"kind": "b", "twice": True},
    ] == cases


def test_cases_can_be_listed_again_and_again() -> None:
    each = Each(kind=iter("ab"))

    assert list(each(Dose("quick", 0))) == list(each(Dose("thorough", 1)))
