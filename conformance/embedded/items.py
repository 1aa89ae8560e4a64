"""The suite as pytest items, one a check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from types import TracebackType
from typing import Any, NoReturn, TypeVar

import pytest

from conformance.contract.requirements import load_ruleset
from conformance.embedded.asked import Names, OpenBackend, described, plan_of, selected, target_of
from conformance.embedded.host import Host
from conformance.execution.judging import Preparation, attributed
from conformance.execution.plan import Plan
from conformance.execution.preparing import is_possible, prepare_run
from conformance.reports.explanation import explain_failure
from conformance.results.verdict import BREACHES, CheckOutcome, Verdict, counts
from conformance.suite.chapters import checks_for
from conformance.testing.verifies import Check

_Test = TypeVar("_Test", bound=Callable[..., object])


def requirements(
    open_backend: OpenBackend | None = None,
    *,
    profile: str = "quick",
    only: Names = (),
    skip: Names = (),
    conformance_class: str | None = None,
    capabilities: Iterable[str] | None = None,
    level: str = "must",
    seed: int = 0,
) -> Callable[[_Test], _Test]:
    """Make of a pytest test with a parameter `check` one item for each check of the suite.

        @requirements(open_backend, only="CX")
        def test_it(check):
            check()

    The items are named after the requirement, `test_it[CX_03-cancel_matches_the_whole_dotted_id]`, and carry
    the marker `must`, `should` or `may` and `sidecar_requirement("CX-03")`. The arguments are those of
    `assert_conformant`; as `seed` is fixed, an item tries the same examples every time, in every worker of
    pytest-xdist and with --lf and --pdb. Where the backend comes from a fixture, leave `open_backend` out
    and call `check(open_backend)`.

    A breach fails the item with the story that shows it, and a debugger finds the frames of the smallest
    example. A MUST that is owed and cannot be tested, or whose precondition never comes up, fails with the
    reason; what is not owed is skipped. What `level` does not count is an expected failure, or skipped.
    For everything else see `assert_conformant`. Raises ValueError for an argument that it cannot take.
    """
    plan = plan_of(
        open_backend or _nothing,
        profile=profile,
        only=only,
        skip=skip,
        conformance_class=conformance_class,
        capabilities=capabilities,
        level=level,
        seed=seed,
    )
    own = None if open_backend is None else _Judge(open_backend, plan)
    checks = [RequirementCheck(check, plan, own) for check in selected(plan)]
    return pytest.mark.parametrize("check", list(map(_item, checks)))


def _nothing(data_path: object) -> None:
    """Stands for a backend that is not known yet."""


def _item(check: RequirementCheck) -> Any:
    level = load_ruleset()[check.requirement].level.value.lower()
    marks = (getattr(pytest.mark, level), pytest.mark.sidecar_requirement(check.requirement))
    return pytest.param(check, id=check.name, marks=marks)


class RequirementCheck:
    """One check of one requirement, as a test is given it: call it."""

    def __init__(self, check: Check, plan: Plan, own: _Judge | None) -> None:
        self._check = check
        self._plan = plan
        self._own = own

    @property
    def requirement(self) -> str:
        """The id of the requirement, such as CX-03."""
        return self._check.requirement

    @property
    def name(self) -> str:
        """The text in brackets of the item's name: the id and what the check claims, `CX_03-cancel_...`."""
        prefix = self.requirement.replace("-", "_")
        return f"{prefix}-{self._check.test.removeprefix(f'test_{prefix}_')}"

    def __call__(self, open_backend: OpenBackend | None = None) -> None:
        """Run the check on the backend of the decorator, or on this one.

        Raises what pytest.fail, pytest.skip and pytest.xfail raise; returns where the check passed.
        """
        __tracebackhide__ = True
        if open_backend is not None:
            judge = _Judge(open_backend, replace(self._plan, target=target_of(open_backend)))
        elif self._own is not None:
            judge = self._own
        else:
            raise TypeError("name a backend: @requirements(open_backend), or check(open_backend)")
        try:
            finding = judge.find(self._check)
        finally:
            if judge is not self._own:
                judge.close()
        _tell(finding, judge.plan)

    def __repr__(self) -> str:
        return f"<check {self.name}>"


@dataclass(frozen=True, slots=True)
class _Finding:
    """What a check found, and where in the code, if it failed."""

    outcome: CheckOutcome
    traceback: TracebackType | None = None


class _Judge:
    """Runs checks on one backend, which is opened when the first of them is."""

    def __init__(self, open_backend: OpenBackend, plan: Plan) -> None:
        self._open_backend = open_backend
        self.plan = plan
        self._host: Host | None = None

    @cached_property
    def _preparation(self) -> Preparation:
        return prepare_run(self.plan, load_ruleset(), described(self.plan, self._open_backend))

    def find(self, check: Check) -> _Finding:
        """Run a check, unless it is settled without it."""
        settled = self._settled(check)
        if settled is not None:
            return _Finding(settled)
        if self._host is None:
            self._host = Host(self._open_backend, self._preparation.description)
        outcome = attributed(self._host.judge(check, self.plan.dose), self._preparation)
        failure = self._host.backend.failure
        return _Finding(outcome, None if failure is None else _deepest(failure.error))

    def _settled(self, check: Check) -> CheckOutcome | None:
        for result in self._preparation.settled:
            if result.id == check.requirement:
                return CheckOutcome(result.id, check.test, result.verdict, result.reason)
        description = self._preparation.description
        if is_possible(check, description):
            return None
        others = any(is_possible(other, description) for other in checks_for(check.requirement))
        verdict = Verdict.NOT_APPLICABLE if others else Verdict.NOT_TESTABLE
        reason = f"needs the capability {check.needs}, which the backend does not declare"
        return CheckOutcome(check.requirement, check.test, verdict, reason)

    def close(self) -> None:
        """Close the backend, if it was opened."""
        if self._host is not None:
            self._host.close()
            self._host = None


def _deepest(error: BaseException) -> TracebackType | None:
    """Where it began: in the backend, if the exception came from there."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error.__traceback__


def _tell(finding: _Finding, plan: Plan) -> None:
    """Say in pytest's way what was found."""
    __tracebackhide__ = True
    outcome = finding.outcome
    requirement = load_ruleset()[outcome.requirement]
    counted = counts(requirement.level, plan.level)
    reason = f"{requirement.id} {outcome.verdict.value}: {outcome.message}"
    if outcome.verdict is Verdict.PASSED:
        return
    if outcome.verdict is Verdict.NOT_APPLICABLE:
        pytest.skip(reason)
    if outcome.verdict in BREACHES and not counted:
        pytest.xfail(f"{requirement.level.value}: {reason}")
    if outcome.verdict in BREACHES:
        _fail(explain_failure(requirement, outcome, plan.report), finding.traceback)
    if counted or outcome.verdict is Verdict.ERROR:
        _fail(f"{requirement.id} ({requirement.level.value})  {requirement.words}\n  {reason}", None)
    pytest.skip(reason)


def _fail(text: str, traceback: TracebackType | None) -> NoReturn:
    """Fail with this text alone; a debugger gets the frames of the traceback."""
    __tracebackhide__ = True
    raise pytest.fail.Exception(text, pytrace=False).with_traceback(traceback)
