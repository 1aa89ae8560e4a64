"""The checks of crashes share what was explored: each scenario is tried once, for all requirements."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from conformance.contract.classes import ConformanceClass
from conformance.contract.connection import Driver
from conformance.crash.explore import Budget
from conformance.crash.inject import Fail, Short
from conformance.crash.verdicts import CrashReport, Violation
from conformance.errors import NotTestableError
from conformance.results.counterexample import replayable
from conformance.suite.crash_exploring import Laboratory, Subject
from conformance.suite.crash_scenarios import CrashScenario
from conformance.suite.expect import Nonconformance
from conformance.suite.session import Backend

MODELS = ("posix", "strict")
_REAL_KILLS = 2
_LONGEST_S = 600.0

for _kind in (Fail, Short):
    replayable(_kind)


@dataclass(frozen=True, slots=True)
class _Bench:
    laboratory: Laboratory
    known: dict[tuple[CrashScenario, Fail | Short | None], CrashReport | None]


_benches: WeakKeyDictionary[Driver, dict[tuple[ConformanceClass, bool], _Bench]] = WeakKeyDictionary()


def expect_to_survive(
    backend: Backend,
    requirement: str,
    claim: str,
    expected: str,
    scenario: CrashScenario,
    injection: Fail | Short | None = None,
) -> None:
    """Raise Nonconformance where the scenario shows that the requirement is broken.

    `injection` is the one injected error to try, instead of those that the scenario asks for. Raises
    NotTestableError and KitError.
    """
    report = _report(backend, scenario, injection)
    if report is None:
        backend.vacuous()
        return
    backend.held(report.exercised.get(requirement, 0))
    for violation in report.of(requirement):
        _tell(backend, scenario, violation)
        raise Nonconformance(claim, expected, violation.summary)
    if report.untestable:
        raise NotTestableError(f"{scenario.name}: {report.untestable}")


def _report(backend: Backend, scenario: CrashScenario, injection: Fail | Short | None) -> CrashReport | None:
    bench = _bench(backend)
    key = (scenario, injection)
    if key not in bench.known:
        budget = Budget(_REAL_KILLS, scenario.errors, _LONGEST_S)
        bench.known[key] = bench.laboratory.explore(scenario, MODELS, budget, injection)
    return bench.known[key]


def _bench(backend: Backend) -> _Bench:
    """The laboratory for a backend, and what was explored in it: one for as long as its driver lives."""
    benches = _benches.setdefault(backend.driver, {})
    key = (backend.description.conformance_class, backend.keeps_document)
    if key not in benches:
        laboratory = Laboratory(Subject(backend.driver.child_command(), *key), backend.workspace.fresh().path)
        weakref.finalize(backend.driver, laboratory.close)
        benches[key] = _Bench(laboratory, {})
    return benches[key]


def _tell(backend: Backend, scenario: CrashScenario, violation: Violation) -> None:
    """Make the violation the failing example: its protocol is the story."""
    arguments: dict[str, object] = {"scenario": scenario}
    if violation.injection is not None:
        arguments["injection"] = violation.injection
    backend.narrow(arguments)
    backend.note(scenario.name)
    for line in violation.protocol_lines:
        backend.note(line)
