"""The checks can fail: in every run each kills a mutant; with --whole each mutant meets all of them."""

from __future__ import annotations

import pytest
from kills import find_killed, read_table, try_on
from whole import only_whole, partly

from conformance.commands.selftest import SelftestOptions, find_mutants, run_mutant
from conformance.suite.chapters import CHECKS

MUTANTS = {mutant.name: mutant for mutant in find_mutants()}
TABLE = read_table()
ALWAYS = ("null_backend_shares_its_empty_list",)  # of a small class, so that all its checks are soon done


def test_every_checked_requirement_has_a_mutant() -> None:
    broken = {id for mutant in MUTANTS.values() for id in mutant.breaks}

    assert set() == {check.requirement for check in CHECKS.values()} - broken


def test_the_table_names_checks_and_mutants_that_exist() -> None:
    assert (set(), set()) == (TABLE.keys() - CHECKS.keys(), set(TABLE.values()) - MUTANTS.keys())


@pytest.mark.parametrize("test", CHECKS)
def test_a_check_kills_a_mutant(test: str) -> None:
    check = CHECKS[test]
    mutant = MUTANTS[TABLE[test]] if test in TABLE else find_killed(check, MUTANTS.values())

    assert mutant is not None, f"no mutant that breaks {check.requirement} is killed by {test}"
    trial = try_on(check, mutant)
    assert trial.killed, trial.answer


@pytest.mark.parametrize("name", partly(MUTANTS, always=ALWAYS))
def test_a_mutant_breaks_what_it_declares_and_what_rests_on_that(name: str) -> None:
    result = run_mutant(MUTANTS[name], SelftestOptions())

    assert set() == result.declared - result.broke, result.trouble
    assert set() == result.unexplained
    assert result.said, result.trouble


@only_whole
def test_a_mutant_breaks_the_same_over_the_wire() -> None:
    result = run_mutant(MUTANTS["rescheduling_forgets_the_failures"], SelftestOptions(wire=True))

    assert set() == result.declared - result.broke, result.trouble
    assert set() == result.unexplained
    assert result.said, result.trouble
