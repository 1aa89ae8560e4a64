"""Verdicts of requirements and of runs: what is not seen to hold is never a pass."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import SIDECAR, outcome, requirement, result

from conformance.contract.classes import ConformanceClass
from conformance.contract.requirements import Level
from conformance.errors import ExitCode
from conformance.results.verdict import (
    BREACHES,
    EXIT_CODES,
    CheckOutcome,
    Judgement,
    RequirementResult,
    RunVerdict,
    Verdict,
    conclude,
    counts,
    exemption,
    judge,
)

BY_A_CHECK = (
    Verdict.PASSED,
    Verdict.FAILED,
    Verdict.TIMEOUT,
    Verdict.ERROR,
    Verdict.NOT_TESTABLE,
    Verdict.NOT_REACHED,
)
HARMLESS = {Verdict.PASSED, Verdict.KNOWN_FAILURE, Verdict.NOT_APPLICABLE}
outcomes = st.builds(
    lambda verdict, exercised: outcome(verdict, exercised=exercised),
    st.sampled_from(BY_A_CHECK),
    st.integers(0, 3),
)


def judged(*results: RequirementResult, **changes: Any) -> Judgement:
    usual: dict[str, Any] = {"level": Level.MUST, "allow_untested": (), "filtered": False, "finished": True}
    return judge(results, **(usual | changes))


def test_no_check_is_not_testable() -> None:
    assert Verdict.NOT_TESTABLE is conclude(requirement(), []).verdict


def test_passes_that_were_never_exercised_are_not_reached() -> None:
    assert Verdict.NOT_REACHED is conclude(requirement(), [outcome(exercised=0)]).verdict


def test_exercised_is_the_sum_over_the_checks() -> None:
    assert 5 == conclude(requirement(), [outcome(exercised=2), outcome(exercised=3)]).exercised


@pytest.mark.parametrize(
    ("graver", "milder"),
    list(
        itertools.combinations(
            (
                Verdict.FAILED,
                Verdict.TIMEOUT,
                Verdict.ERROR,
                Verdict.NOT_TESTABLE,
                Verdict.NOT_REACHED,
                Verdict.PASSED,
            ),
            2,
        )
    ),
)
def test_the_gravest_check_decides_wherever_it_stands(graver: Verdict, milder: Verdict) -> None:
    found = {
        conclude(requirement(), order).verdict
        for order in itertools.permutations(map(outcome, (graver, milder)))
    }

    assert {graver} == found


@given(st.lists(outcomes))
def test_a_requirement_passes_only_when_every_check_passed_and_one_was_exercised(
    found: list[CheckOutcome],
) -> None:
    all_passed = all(each.verdict is Verdict.PASSED for each in found)
    exercised = any(each.exercised for each in found)

    assert (all_passed and exercised) == (conclude(requirement(), found).verdict is Verdict.PASSED)


def test_another_class_owes_nothing() -> None:
    exempt = exemption(requirement(applies=frozenset({ConformanceClass.MEMORY})), SIDECAR)

    assert exempt is not None
    assert (Verdict.NOT_APPLICABLE, "not owed by class sidecar") == (exempt.verdict, exempt.reason)


def test_a_declared_capability_is_owed() -> None:
    assert exemption(requirement(needs="clock"), SIDECAR) is None


@pytest.mark.parametrize(
    ("capability", "verdict"),
    [
        ("mirror", Verdict.NOT_APPLICABLE),
        ("threads", Verdict.NOT_APPLICABLE),
        ("planted_rows", Verdict.NOT_TESTABLE),
        ("traceable", Verdict.NOT_TESTABLE),
    ],
)
def test_an_undeclared_feature_is_not_owed_and_an_undeclared_means_to_look_is_no_pass(
    capability: str, verdict: Verdict
) -> None:
    exempt = exemption(requirement(needs=capability), SIDECAR)

    assert exempt is not None
    assert verdict is exempt.verdict
    assert capability in exempt.reason


@pytest.mark.parametrize(
    ("weakest", "counted"),
    [
        (Level.MUST, {Level.MUST}),
        (Level.SHOULD, {Level.MUST, Level.SHOULD}),
        (Level.MAY, {Level.MUST, Level.SHOULD, Level.MAY}),
    ],
)
def test_a_level_counts_from_the_weakest_on(weakest: Level, counted: set[Level]) -> None:
    assert counted == {level for level in Level if counts(level, weakest)}


def test_a_run_without_requirements_is_incomplete() -> None:
    assert RunVerdict.INCOMPLETE is judged().verdict


def test_a_run_in_which_nothing_was_owed_is_incomplete() -> None:
    assert RunVerdict.INCOMPLETE is judged(result(Verdict.NOT_APPLICABLE)).verdict


def test_a_run_in_which_all_was_let_off_is_incomplete() -> None:
    assert RunVerdict.INCOMPLETE is judged(result(Verdict.NOT_TESTABLE), allow_untested=["UP-01"]).verdict


@given(
    verdicts=st.lists(st.sampled_from(list(Verdict)), max_size=4),
    allowed=st.sets(st.sampled_from(("UP-01", "UP-02", "UP-03", "UP-04"))),
    filtered=st.booleans(),
    finished=st.booleans(),
    complaints=st.lists(st.just("an entry matched nothing"), max_size=1),
)
def test_a_run_is_conformant_only_if_all_of_the_rule_set_held_or_was_let_off_by_name(
    verdicts: list[Verdict], allowed: set[str], filtered: bool, finished: bool, complaints: list[str]
) -> None:
    results = [result(verdict, f"UP-0{number}") for number, verdict in enumerate(verdicts, 1)]
    judgement = judged(
        *results, allow_untested=allowed, filtered=filtered, finished=finished, complaints=complaints
    )

    held = [each for each in results if each.verdict in HARMLESS]
    let_off = [each for each in results if each.id in allowed and each.verdict not in HARMLESS | BREACHES]
    seen = any(each.verdict is not Verdict.NOT_APPLICABLE for each in held)
    whole = len(held) + len(let_off) == len(results)
    expected = whole and seen and finished and not filtered and not complaints
    assert expected == (judgement.verdict is RunVerdict.CONFORMANT)


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_cannot_be_let_off(breach: Verdict) -> None:
    judgement = judged(result(breach), result(Verdict.PASSED, "UP-02"), allow_untested=["UP-01"])

    assert (RunVerdict.NOT_CONFORMANT, ("UP-01",)) == (judgement.verdict, judgement.breaches)


def test_a_breach_of_a_should_is_a_warning_until_it_counts() -> None:
    results = (result(Verdict.FAILED, "FM-04", Level.SHOULD), result(Verdict.PASSED))

    assert (RunVerdict.CONFORMANT, ("FM-04",)) == (judged(*results).verdict, judged(*results).warnings)
    assert RunVerdict.NOT_CONFORMANT is judged(*results, level=Level.SHOULD).verdict


def test_an_untested_should_does_not_matter_until_it_counts() -> None:
    results = (result(Verdict.NOT_TESTABLE, "FM-04", Level.SHOULD), result(Verdict.PASSED))

    assert RunVerdict.CONFORMANT is judged(*results).verdict
    assert RunVerdict.INCOMPLETE is judged(*results, level=Level.SHOULD).verdict


def test_an_error_is_the_kits_and_a_breach_beside_it_is_graver() -> None:
    error, passed = result(Verdict.ERROR), result(Verdict.PASSED, "UP-02")

    assert RunVerdict.ERROR is judged(error, passed).verdict
    assert RunVerdict.NOT_CONFORMANT is judged(error, passed, result(Verdict.FAILED, "UP-03")).verdict


def test_a_complaint_alone_makes_a_run_not_conformant() -> None:
    assert RunVerdict.NOT_CONFORMANT is judged(result(Verdict.PASSED), complaints=["stale"]).verdict


def test_every_verdict_of_a_run_has_its_exit_code_and_only_one_is_zero() -> None:
    assert {
        RunVerdict.CONFORMANT: 0,
        RunVerdict.NOT_CONFORMANT: 1,
        RunVerdict.ERROR: 3,
        RunVerdict.INCOMPLETE: 5,
    } == EXIT_CODES
    assert {0, 1, 2, 3, 4, 5} == set(map(int, ExitCode))


def test_what_came_later_than_the_rule_set_changes_no_verdict() -> None:
    judgement = judged(result(Verdict.PASSED), new=[result(Verdict.FAILED, "CR-12")])

    assert (RunVerdict.CONFORMANT, (), ("CR-12",)) == (judgement.verdict, judgement.breaches, judgement.new)


def test_a_capability_can_take_away_what_is_owed() -> None:
    rule = requirement(unless="clock")
    found = exemption(rule, SIDECAR)

    assert found is not None
    assert (Verdict.NOT_APPLICABLE, "not owed by a backend that declares clock") == (
        found.verdict,
        found.reason,
    )
