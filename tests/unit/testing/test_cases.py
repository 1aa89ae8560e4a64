"""Every combination of a few lists, as the cases of a check."""

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
