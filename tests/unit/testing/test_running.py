"""A check runs as often as one likes, and says what it found."""

from __future__ import annotations

import inspect

import pytest

import reference_impl
from conformance.contract.requirements import load_ruleset
from conformance.results.verdict import CheckOutcome, Verdict
from conformance.suite import test_cancel
from conformance.suite.chapters import CHECKS
from conformance.testing.profiles import Dose
from conformance.testing.running import run_check
from conformance.testing.verifies import Check

from .benches import backend_of

CHECK = CHECKS["test_CX_03_cancel_matches_the_whole_dotted_id"]


def ran(*doses: Dose) -> list[CheckOutcome]:
    with backend_of(reference_impl.open_backend) as backend:
        return [run_check(CHECK, backend, dose, "the reference") for dose in doses]


def test_a_check_runs_again_in_one_process_with_another_dose() -> None:
    quick, more, again = ran(Dose("quick", 1), Dose("default", 2), Dose("quick", 1))

    assert [Verdict.PASSED] * 3 == [quick.verdict, more.verdict, again.verdict]
    assert quick.effort.examples < more.effort.examples
    assert quick.effort.operations == again.effort.operations


def test_another_seed_draws_other_examples() -> None:
    one, other = ran(Dose("quick", 1), Dose("quick", 2))

    assert one.effort.operations != other.effort.operations


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.test)
def test_every_check_names_what_draws_each_of_its_arguments(check: Check) -> None:
    parameters = set(inspect.signature(check.body).parameters) - {"backend"}

    assert not check.strategies or parameters == set(check.strategies)
    assert check.strategies or check.cases or not parameters


def test_the_docstring_of_a_check_begins_with_the_requirement() -> None:
    text = load_ruleset()["CX-03"].text

    assert str(test_cancel.test_CX_03_cancel_matches_the_whole_dotted_id.__doc__).startswith(
        f"CX-03 (MUST): {text}"
    )
