"""The crash engine alone: tries crashes on a target and leaves what they show."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from conformance.contract.classes import ConformanceClass
from conformance.contract.connection import ChildCommand
from conformance.contract.target import Description
from conformance.crash.judging.orders import Budget, ExplorationStep, Orders
from conformance.crash.scenarios.claims import CRASH_CLAIMS
from conformance.crash.scenarios.doses import ALL_ERRORS, scenarios_of
from conformance.crash.scenarios.laboratory import Laboratory, Subject
from conformance.crash.scenarios.scenario import CrashScenario, check_words
from conformance.crash.telling.exhibits import keep
from conformance.crash.telling.verdicts import CrashReport, Violation
from conformance.drivers.command import CommandDriver
from conformance.drivers.spawning import python_child
from conformance.errors import ExitCode, NotTestableError, UsageError
from conformance.execution.plan import TargetSpec
from conformance.execution.probing import refuse_what_does_not_work
from conformance.execution.report_folder import refuse_where_no_directory_can_be, writing_to
from conformance.results.counterexample import Counterexample, encode_value
from conformance.results.verdict import CheckOutcome, Verdict
from conformance.suite.chapters import CHECKS
from conformance.testing.crashes import EXHIBITS, TOGETHER, arguments_of, story_of
from conformance.workspace import Workspace

_REAL_KILLS = 4
TESTS = {check.requirement: check.test for check in CHECKS.values() if check.together == TOGETHER}


@dataclass(frozen=True, slots=True)
class CrashPlan:
    """What to try on what. `budget_s` are seconds for all scenarios together."""

    target: TargetSpec
    scenarios: Sequence[CrashScenario]
    model: str
    budget_s: float
    report: Path
    conformance_class: ConformanceClass | None = None
    timeout_scale: float = 1.0


def crash_plan(
    target: TargetSpec,
    *,
    start: str | None,
    operations: str | None,
    model: str,
    budget: float,
    profile: str,
    class_: str | None,
    report: Path,
    timeout_scale: float,
) -> CrashPlan:
    """The plan that the words of the command line make. Raises UsageError."""
    scenarios = list(scenarios_of(profile))
    if start or operations:
        scenarios = [CrashScenario(start or "document", operations or "reschedule", errors=ALL_ERRORS)]
        check_words(scenarios[0])
    if not 0 < budget < float("inf"):
        raise UsageError("--budget must be a positive number of seconds")
    refuse_where_no_directory_can_be(report)
    kind = ConformanceClass(class_) if class_ else None
    return CrashPlan(target, scenarios, model, budget, report, kind, timeout_scale)


@dataclass(frozen=True, slots=True)
class Explored:
    """A scenario, what it showed (None: it does not come up), and the seconds it took."""

    scenario: CrashScenario
    report: CrashReport | None
    seconds: float


class CrashAudience(Protocol):
    """Who is told how it goes."""

    def begins(self, description: Description, recorder: str, plan: CrashPlan) -> None: ...
    def step(self, step: ExplorationStep) -> None: ...
    def explored(self, explored: Explored) -> None: ...
    def violated(self, outcome: CheckOutcome) -> None: ...
    def ends(self, all_explored: Sequence[Explored], left_out: int) -> None: ...


def try_crashes(plan: CrashPlan, audience: CrashAudience) -> ExitCode:
    """Try all scenarios, as far as the budget lasts; the exit code, INCOMPLETE where some were left out.

    Raises TargetUnreachableError, NotTestableError, KitError.
    """
    description, child = _reached(plan)
    done: list[Explored] = []
    violated: set[str] = set()
    with _laboratory(plan, description, child, audience) as laboratory:
        audience.begins(description, laboratory.recorder.name, plan)
        deadline = time.monotonic() + plan.budget_s
        for scenario in plan.scenarios:
            if done and time.monotonic() > deadline:
                break
            done.append(_explore(laboratory, scenario, plan, deadline))
            audience.explored(done[-1])
            for outcome in _outcomes(plan, description, done[-1], violated):
                audience.violated(outcome)
    audience.ends(done, len(plan.scenarios) - len(done))
    if violated:
        return ExitCode.NOT_CONFORMANT
    untested = [one for one in done if one.report is not None and one.report.untestable]
    tried = [one for one in done if one.report is not None]
    whole = len(done) == len(plan.scenarios) and tried and not untested
    return ExitCode.CONFORMANT if whole else ExitCode.INCOMPLETE


def _reached(plan: CrashPlan) -> tuple[Description, ChildCommand]:
    """What the target says of itself, and how to start it. Raises as `try_crashes` does."""
    target = plan.target
    if target.attached:
        raise UsageError("an adapter that is attached cannot be traced: name a target or a command")
    python = None if target.command else python_child(target.spelled)
    driver = CommandDriver(
        python.argv if python else target.command,
        timeout_scale=plan.timeout_scale,
        environment=python.environment if python else None,
    )
    try:
        description, child = driver.description, python or driver.child_command()
        refuse_what_does_not_work(driver, target)
    finally:
        driver.close()
    kind = plan.conformance_class or description.conformance_class
    if kind is ConformanceClass.MEMORY:
        raise NotTestableError("class memory keeps nothing that a crash could spoil")
    if "traceable" not in description.capabilities:
        raise NotTestableError("the backend does not declare the capability traceable")
    return replace(description, conformance_class=kind), child


@contextmanager
def _laboratory(
    plan: CrashPlan, description: Description, child: ChildCommand, audience: CrashAudience
) -> Iterator[Laboratory]:
    conformance_class = description.conformance_class
    keeps_document = conformance_class is ConformanceClass.SIDECAR and "document" in description.capabilities
    workspace = Workspace()
    try:
        laboratory = Laboratory(
            Subject(child, conformance_class, keeps_document),
            workspace.fresh().path,
            audience.step,
            plan.timeout_scale,
        )
        try:
            yield laboratory
        finally:
            laboratory.close()
    finally:
        workspace.close()


def _explore(laboratory: Laboratory, scenario: CrashScenario, plan: CrashPlan, deadline: float) -> Explored:
    began = time.monotonic()
    budget = Budget(_REAL_KILLS, scenario.errors, max(0.0, deadline - began))
    report = laboratory.explore(scenario, Orders(plan.model, budget))
    return Explored(scenario, report, time.monotonic() - began)


def _outcomes(
    plan: CrashPlan, description: Description, explored: Explored, violated: set[str]
) -> Iterator[CheckOutcome]:
    """The outcome of each requirement that is broken here first; exhibits and replay file are kept then."""
    report = explored.report
    for violation in report.violations if report is not None else ():
        requirement = violation.requirement
        if requirement in violated:
            continue
        violated.add(requirement)
        found = _counterexample(plan, description, explored, violation)
        replay, exhibits = f"replays/{requirement}-1.json", f"{EXHIBITS}/{requirement}"
        with writing_to(plan.report):
            keep(violation, plan.report / exhibits)
            (plan.report / replay).parent.mkdir(exist_ok=True)
            (plan.report / replay).write_text(found.to_json(), "utf-8")
        yield CheckOutcome(
            requirement, found.test, Verdict.FAILED, found.claim, 1, found, replay, exhibits=exhibits
        )


def _counterexample(
    plan: CrashPlan, description: Description, explored: Explored, violation: Violation
) -> Counterexample:
    arguments = arguments_of(explored.scenario, violation)
    claimed = CRASH_CLAIMS[violation.requirement]
    return Counterexample(
        requirement=violation.requirement,
        test=TESTS[violation.requirement],
        target=str(plan.target),
        command=plan.target.command,
        conformance_class=description.conformance_class.value,
        capabilities=tuple(sorted(description.capabilities)),
        seed=0,
        arguments={name: encode_value(value) for name, value in arguments.items()},
        operations=story_of(violation),
        claim=claimed.claim,
        expected=claimed.expected,
        observed=violation.summary,
    )
