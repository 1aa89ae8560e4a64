"""The checks can fail: a sample of the kill matrix, and its bookkeeping. `selftest` runs the whole."""

from __future__ import annotations

import pytest

import conformance.suite.chapters  # noqa: F401 - registers the checks
from conformance.commands.selftest import SelftestOptions, find_mutants, run_mutant, unexplained
from conformance.testing.verifies import CHECKS

MUTANTS = {mutant.name: mutant for mutant in find_mutants()}
SAMPLE = (
    "failures_in_31_bits",
    "rescheduling_forgets_the_failures",
)


def test_every_checked_requirement_has_a_mutant() -> None:
    broken = {id for mutant in MUTANTS.values() for id in mutant.breaks}

    assert set() == {check.requirement for check in CHECKS.values()} - broken


@pytest.mark.parametrize(
    ("broke", "strangers"),
    [
        ({"QN-04"}, set()),
        ({"QN-04", "QN-05"}, set()),
        ({"QN-04", "CX-01"}, {"CX-01"}),
        ({"QN-04", "QN-03"}, {"QN-03"}),
    ],
)
def test_what_rests_on_nothing_declared_is_unexplained(broke: set[str], strangers: set[str]) -> None:
    assert strangers == unexplained(frozenset({"QN-04"}), frozenset(broke))


@pytest.mark.parametrize("name", SAMPLE)
def test_a_mutant_breaks_what_it_declares_and_nothing_unexplained(name: str) -> None:
    result = run_mutant(MUTANTS[name], SelftestOptions())

    assert frozenset() == result.unexplained
    assert frozenset() == result.declared - result.broke, result.trouble
    assert result.said, result.trouble


def test_a_mutant_breaks_the_same_over_the_wire() -> None:
    result = run_mutant(MUTANTS["rescheduling_forgets_the_failures"], SelftestOptions(wire=True))

    assert frozenset() == result.unexplained
    assert frozenset() == result.declared - result.broke, result.trouble
    assert result.said, result.trouble
