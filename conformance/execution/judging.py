"""From what the checks found to the record of the run, and to the file of known failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conformance import __version__
from conformance.contract.classes import ConformanceClass
from conformance.contract.requirements import Requirement, Ruleset
from conformance.contract.target import Description
from conformance.errors import SidecarConformanceError
from conformance.execution.known_failures_kept import fix_known_failures
from conformance.execution.plan import Plan
from conformance.execution.supervisor import Task
from conformance.results.causes import with_causes
from conformance.results.known_failures import (
    KnownFailure,
    apply_known_failures,
)
from conformance.results.run_record import RunRecord
from conformance.results.verdict import (
    CheckOutcome,
    Judgement,
    RequirementResult,
    RunVerdict,
    Verdict,
    conclude,
    judge,
)
from conformance.suite.chapters import CHECKS


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a run will do: the results that are settled beforehand, and the tasks.

    `filtered` tells that checks of what is owed are left out.
    """

    description: Description
    settled: tuple[RequirementResult, ...]
    tasks: tuple[Task, ...]
    known: tuple[KnownFailure, ...]
    filtered: bool


def attributed(outcome: CheckOutcome, preparation: Preparation) -> CheckOutcome:
    """The outcome, of the check's own requirement where the one it speaks of is not owed or not testable.

    A machine chooses the requirement as it runs; what it found must not vanish with one that is let off.
    """
    let_off = {result.id for result in preparation.settled if result.verdict is not Verdict.NOT_REACHED}
    if outcome.requirement not in let_off:
        return outcome
    own = CHECKS[outcome.test].requirement
    found = outcome.counterexample
    return replace(outcome, requirement=own, counterexample=found and replace(found, requirement=own))


@dataclass(frozen=True, slots=True)
class RunCourse:
    """How a run went: when it began (RFC 3339, UTC), its seconds, and why it was cut off, if it was."""

    started_at: str
    seconds: float
    cut_off: str = ""


def conclude_run(
    plan: Plan,
    preparation: Preparation,
    outcomes: Sequence[CheckOutcome],
    ruleset: Ruleset,
    course: RunCourse,
) -> RunRecord:
    """Judge what the checks found by the plan's rule set.

    `ruleset` holds all that was run. What the plan's rule set does not have is reported, and counts nowhere.
    """
    results = _results(preparation, outcomes, ruleset, course.cut_off)
    later = _later(plan, ruleset)
    complaints: list[str] = []
    if plan.known_failures is not None and not preparation.filtered:
        results, complaints = apply_known_failures(
            results, preparation.known, uncounted=later, file=str(plan.known_failures)
        )
    results = with_causes(results, ruleset)
    judgement = judge(
        [result for result in results if result.id not in later],
        level=plan.level,
        allow_untested=plan.allow_untested,
        filtered=preparation.filtered,
        finished=not course.cut_off,
        complaints=complaints,
        new=[result for result in results if result.id in later],
    )
    return _record(plan, preparation.description, results, judgement, ruleset, course, preparation.filtered)


def with_known_failures_fixed(
    plan: Plan, preparation: Preparation, outcomes: Sequence[CheckOutcome], ruleset: Ruleset
) -> tuple[Preparation, str]:
    """Rewrite the file of known failures; the preparation with what it holds then, and what was done.

    Raises UsageError where it cannot be written.
    """
    assert plan.known_failures is not None
    results = _results(preparation, outcomes, ruleset, "")
    known, words = fix_known_failures(plan.known_failures, plan.report, results, preparation.known, ruleset)
    return replace(preparation, known=known), words


def _results(
    preparation: Preparation, outcomes: Sequence[CheckOutcome], ruleset: Ruleset, cut_off: str
) -> list[RequirementResult]:
    ordered = _in_order(preparation, outcomes)
    return [_result(requirement, preparation, ordered, cut_off) for requirement in ruleset.requirements]


def _in_order(preparation: Preparation, outcomes: Sequence[CheckOutcome]) -> list[CheckOutcome]:
    """The outcomes as the checks were planned: in which order workers were done is nobody's affair."""
    order = {task.check.test: number for number, task in enumerate(preparation.tasks)}
    return sorted(outcomes, key=lambda outcome: order.get(outcome.test, len(order)))


def _later(plan: Plan, ruleset: Ruleset) -> frozenset[str]:
    """What came in after the rule set that the plan judges by."""
    return frozenset(ruleset.ids()) - frozenset(_judged_by(plan, ruleset).ids())


def _judged_by(plan: Plan, ruleset: Ruleset) -> Ruleset:
    return ruleset if plan.ruleset is None else ruleset.at(plan.ruleset)


def unreachable(plan: Plan, ruleset: Ruleset, error: SidecarConformanceError, course: RunCourse) -> RunRecord:
    """The record of a run whose backend could not be reached: nothing ran, and that is no pass."""
    reason = str(error)
    results = [
        RequirementResult(requirement, Verdict.NOT_REACHED, reason=reason)
        for requirement in ruleset.requirements
    ]
    judgement = Judgement(RunVerdict.ERROR, missing=_judged_by(plan, ruleset).ids(), notes=(reason,))
    stranger = Description(str(plan.target), "", "", ConformanceClass.SIDECAR, frozenset())
    return _record(plan, stranger, results, judgement, ruleset, replace(course, cut_off=reason), False)


def _record(
    plan: Plan,
    description: Description,
    results: Sequence[RequirementResult],
    judgement: Judgement,
    ruleset: Ruleset,
    course: RunCourse,
    filtered: bool,
) -> RunRecord:
    return RunRecord(
        kit_version=__version__,
        ruleset=_judged_by(plan, ruleset).version,
        later=_later(plan, ruleset),
        shard=str(plan.shard or ""),
        target=str(plan.target),
        description=description,
        profile=plan.dose.profile,
        seed=plan.dose.seed,
        filtered=filtered,
        cut_off=course.cut_off,
        started_at=course.started_at,
        seconds=course.seconds,
        report=plan.report,
        results=tuple(results),
        judgement=judgement,
        level=plan.level,
    )


def _result(
    requirement: Requirement, preparation: Preparation, outcomes: Sequence[CheckOutcome], cut_off: str
) -> RequirementResult:
    mine = [outcome for outcome in outcomes if outcome.requirement == requirement.id]
    for result in preparation.settled:
        if result.id == requirement.id and not mine:
            return result
    concluded = conclude(requirement, mine)
    if concluded.verdict not in {Verdict.PASSED, Verdict.NOT_REACHED, Verdict.NOT_TESTABLE}:
        return concluded
    planned = {task.check.test for task in preparation.tasks if task.check.requirement == requirement.id}
    missing = planned - {outcome.test for outcome in outcomes}
    if missing:
        return replace(concluded, verdict=Verdict.NOT_REACHED, reason=cut_off)
    if mine or not planned:
        return concluded
    return replace(concluded, verdict=Verdict.NOT_REACHED, reason="its checks stopped at another requirement")
