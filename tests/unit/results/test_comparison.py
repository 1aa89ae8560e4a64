"""What became of a requirement from one run to the next, and the exit code that follows."""

from __future__ import annotations

import pytest

from conformance.contract.requirements import Level
from conformance.errors import ExitCode
from conformance.results.comparison import Comparison, compare_runs
from conformance.results.saved import SavedRequirement, SavedRun
from conformance.results.verdict import RunVerdict, Verdict


def run(verdict: str) -> SavedRun:
    entry = SavedRequirement("UP-01", Level.MUST, Verdict(verdict), 1, "", (), None)
    return SavedRun({}, {}, {}, RunVerdict.INCOMPLETE, (), (), (entry,))


def compared(old: str, new: str) -> Comparison:
    return compare_runs(run(old), run(new))


@pytest.mark.parametrize("old", ["passed", "not_reached", "not_applicable"])
@pytest.mark.parametrize("new", ["failed", "timeout", "known_failure", "error"])
def test_what_did_not_fail_before_newly_fails(old: str, new: str) -> None:
    comparison = compared(old, new)

    assert 1 == len(comparison.newly_failing)
    assert ExitCode.NOT_CONFORMANT is comparison.exit_code


@pytest.mark.parametrize("old", ["passed", "failed", "known_failure"])
@pytest.mark.parametrize("new", ["not_reached", "not_testable", "not_applicable"])
def test_what_is_not_looked_at_any_more_is_neither_mended_nor_unchanged(old: str, new: str) -> None:
    comparison = compared(old, new)

    assert 1 == len(comparison.lost)
    assert ExitCode.INCOMPLETE is comparison.exit_code


@pytest.mark.parametrize(("old", "new"), [("failed", "passed"), ("failed", "failed"), ("passed", "passed")])
def test_what_passes_or_failed_before_lets_a_gate_open(old: str, new: str) -> None:
    assert ExitCode.CONFORMANT is compared(old, new).exit_code
