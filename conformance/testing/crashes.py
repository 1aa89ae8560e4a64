"""The checks of crashes share what was explored: each scenario is tried once, for all requirements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from conformance.crash.judging.explore import Budget, Orders
from conformance.crash.recording.inject import Fail, Short, ToldInjection, told
from conformance.crash.scenarios.claims import CRASH_CLAIMS
from conformance.crash.scenarios.doses import scenarios_of
from conformance.crash.scenarios.laboratory import Laboratory, Subject
from conformance.crash.scenarios.scenario import LEFTOVERS, CrashScenario
from conformance.crash.telling.digest import digest
from conformance.crash.telling.exhibits import keep
from conformance.crash.telling.protocol import protocol
from conformance.crash.telling.verdicts import CrashReport, Violation
from conformance.errors import NotTestableError
from conformance.testing.expect import Nonconformance
from conformance.testing.profiles import Dose
from conformance.testing.session import Backend

EXHIBITS = "crashes"
INJECTED = frozenset({"CR-08", "CR-09", "CR-10", "CR-12", "CR-13", "CR-15"})
TOGETHER = "crashes"
_REAL_KILLS = 2
_LONGEST_S = 600.0
_MOST_HANGS = 2


@dataclass(frozen=True, slots=True)
class _Bench:
    laboratory: Laboratory
    known: dict[tuple[CrashScenario, ToldInjection | None], CrashReport | None]

    def explore(self, scenario: CrashScenario, injection: ToldInjection | None) -> CrashReport | None:
        key = (scenario, injection)
        if key not in self.known:
            if self._hung() >= _MOST_HANGS:
                raise NotTestableError("the backend hung under the tracer, again and again")
            budget = Budget(_REAL_KILLS, scenario.errors, _LONGEST_S)
            orders = Orders(budget=budget, only=injection, untried=self._untried())
            self.known[key] = self.laboratory.explore(scenario, orders)
        return self.known[key]

    def _untried(self) -> frozenset[str]:
        """Where the backend waited for long at what a crash had left: each scenario would show it again."""
        reports = [report for report in self.known.values() if report is not None]
        return frozenset(requirement for report in reports for requirement in report.untried)

    def _hung(self) -> int:
        """How many recorded runs did not end: each takes its whole time limit."""
        reports = [report for report in self.known.values() if report is not None]
        return sum(report.run is not None and report.run.trace.timed_out for report in reports)


def crash_cases(dose: Dose) -> Iterator[dict[str, Any]]:
    """The arguments of the checks of crashes: the scenarios, each with all the errors that it asks for."""
    return ({"scenario": scenario, "injection": None} for scenario in scenarios_of(dose.profile))


def expect_to_survive(
    backend: Backend,
    requirement: str,
    scenario: CrashScenario,
    injection: ToldInjection | None,
) -> None:
    """Raise Nonconformance where the scenario shows that the requirement is broken.

    `injection` is the one injected error to try, instead of those that the scenario asks for. Raises
    NotTestableError and KitError.
    """
    bench = _bench(backend)
    if requirement in INJECTED and not bench.laboratory.recorder.can_inject:
        name = bench.laboratory.recorder.name
        raise NotTestableError(f"errors cannot be injected here: {name} works, and it only records")
    report = bench.explore(scenario, injection)
    if report is None:
        backend.vacuous()
        return
    backend.came_up(report.exercised.get(requirement, 0))
    for violation in report.of(requirement):
        _tell(backend, scenario, report, violation)
        claimed = CRASH_CLAIMS[requirement]
        raise Nonconformance(claimed.claim, claimed.expected, violation.summary)
    if scenario.start == LEFTOVERS and report.untestable and report.violations:
        backend.vacuous()  # what a crash left is no start for anything, and that was told
        return
    reason = report.untestable or report.untried.get(requirement)
    if reason:
        raise NotTestableError(f"{scenario.name}: {reason}")


def expect_privacy(backend: Backend, scenario: CrashScenario) -> None:
    """Raise Nonconformance where others may read for a moment what is for its owner alone.

    Raises NotTestableError and KitError.
    """
    exposed = _bench(backend).laboratory.exposure(scenario)
    if exposed is None:
        return
    backend.note(f"{scenario.name}; the document has the mode 0600")
    for line in digest(protocol(exposed.history, None)):
        backend.note(line)
    claim = "at no moment of a mutation may others read the rows of a document that is for its owner alone"
    observed = f"{exposed.path} has the mode 0{exposed.mode:o}; a process that is killed here leaves it so"
    raise Nonconformance(claim, "no file that holds rows and that others may read", observed)


def _bench(backend: Backend) -> _Bench:
    """The laboratory for a backend, and what was explored in it: one for all checks that share."""
    key = (backend.description.conformance_class, backend.keeps_document)

    def make(closing: ExitStack) -> _Bench:
        laboratory = Laboratory(
            Subject(backend.driver.child_command(), *key),
            backend.workspace.fresh().path,
            timeout_scale=backend.timeout_scale,
        )
        closing.callback(laboratory.close)
        return _Bench(laboratory, {})

    return backend.shared.get((backend.driver, *key), make)


def _tell(backend: Backend, scenario: CrashScenario, report: CrashReport, violation: Violation) -> None:
    """Make the violation the failing example, and keep what shows it."""
    backend.narrow(arguments_of(scenario, violation))
    for line in story_of(violation):
        backend.note(line)
    if backend.exhibits is not None:
        backend.exhibited = f"{EXHIBITS}/{violation.requirement}"
        keep(violation, backend.exhibits / backend.exhibited)


def arguments_of(
    scenario: CrashScenario, violation: Violation
) -> dict[str, CrashScenario | ToldInjection | None]:
    """What a check is called with to show a violation again."""
    injection = told(violation.injection) if isinstance(violation.injection, Fail | Short) else None
    return {"scenario": scenario, "injection": injection}


def story_of(violation: Violation) -> tuple[str, ...]:
    """What was done, a line a step."""
    return (violation.workload, *violation.story)
