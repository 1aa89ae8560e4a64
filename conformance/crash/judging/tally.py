"""Gathers what an exploration finds, phase by phase."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from conformance.crash.filesystem.units import History
from conformance.crash.judging.judge import BrokenState
from conformance.crash.judging.runs import RecordedRun
from conformance.crash.telling.verdicts import CrashReport, Violation, plainest, violation_of_state


@dataclass(slots=True)
class ExplorationTally:
    """Counts and violations; `report` makes a value of them."""

    workload: str
    states: int = 0
    kills: int = 0
    runs: int = 0
    unexplored: int = 0
    reloads: int = 0
    untestable: str | None = None
    untried: dict[str, str] = field(default_factory=dict)
    run: RecordedRun | None = None
    exercised: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    violations: dict[str, Violation] = field(default_factory=dict)

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Time a phase."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[phase] = self.seconds.get(phase, 0.0) + time.monotonic() - started

    def count(self, requirement: str, times: int) -> None:
        """A requirement's precondition held so many times."""
        if times:
            self.exercised[requirement] = self.exercised.get(requirement, 0) + times

    def add(self, violation: Violation) -> None:
        """Keep the first violation of each requirement, and count the others."""
        known = self.violations.get(violation.requirement)
        if known is None:
            self.violations[violation.requirement] = violation
        else:
            self.violations[violation.requirement] = replace(known, count=known.count + violation.count)

    def add_findings(self, findings: Iterable[BrokenState], history: History) -> None:
        """Keep the plainest of some states that break a requirement."""
        for finding, count in plainest(findings).values():
            self.add(violation_of_state(finding, history, self.workload, count=count))

    def report(self) -> CrashReport:
        """What was found so far."""
        return CrashReport(
            workload=self.workload,
            states=self.states,
            kills=self.kills,
            runs=self.runs,
            violations=tuple(self.violations[name] for name in sorted(self.violations)),
            untestable=self.untestable,
            untried=dict(self.untried),
            exercised=dict(self.exercised),
            seconds=dict(self.seconds),
            run=self.run,
            unexplored=self.unexplored,
            reloads=self.reloads,
        )
