"""Requirements, outcomes and runs for the unit tests, with only what a test is about spelled out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.contract.classes import ConformanceClass
from conformance.contract.requirements import Level, Requirement, Ruleset
from conformance.contract.target import Description
from conformance.results.counterexample import Counterexample
from conformance.results.run_record import RunRecord
from conformance.results.verdict import CheckOutcome, RequirementResult, Verdict, conclude, judge

EVERY_CLASS = frozenset(ConformanceClass)
SIDECAR = Description(
    "a backend", "1.2", "Python", ConformanceClass.SIDECAR, frozenset({"document", "clock"})
)


def requirement(id: str = "UP-01", level: Level = Level.MUST, **changes: Any) -> Requirement:
    """A requirement that every class owes and that needs nothing."""
    return replace(Requirement(id, level, EVERY_CLASS, None, f"the text of {id}", "nowhere"), **changes)


def outcome(verdict: Verdict = Verdict.PASSED, id: str = "UP-01", **changes: Any) -> CheckOutcome:
    """What a check of `id` found; exercised once."""
    test = f"test_{id.replace('-', '_')}_something"
    return replace(CheckOutcome(id, test, verdict, exercised=1), **changes)


def result(verdict: Verdict, id: str = "UP-01", level: Level = Level.MUST) -> RequirementResult:
    """A requirement with this verdict, and one check that explains it."""
    return RequirementResult(requirement(id, level), verdict, 1, checks=(outcome(verdict, id),))


def counterexample(**changes: Any) -> Counterexample:
    """A failing example of UP-01."""
    plain = Counterexample(
        requirement="UP-01",
        test="test_UP_01_something",
        target="my_backend:open",
        command=(),
        conformance_class="sidecar",
        capabilities=("clock", "document"),
        seed=7,
        arguments={"id": {"$": "QName", "namespace": "a", "local": "b"}},
        operations=("open()", "cancel(QName('a', 'b'))"),
        claim="a row stays alone",
        expected="one row",
        observed="two rows",
    )
    return replace(plain, **changes)


def failure(id: str = "UP-01", message: str = "a row stays alone", **changes: Any) -> CheckOutcome:
    """A check of `id` that failed, with its counterexample."""
    found = counterexample(requirement=id, claim=message, **changes)
    return outcome(Verdict.FAILED, id, message=message, counterexample=found)


def record(outcomes: Sequence[CheckOutcome] = (), **changes: Any) -> RunRecord:
    """A run of a rule set that holds just the requirements of these outcomes."""
    rules = Ruleset("1.0", tuple(requirement(id) for id in dict.fromkeys(o.requirement for o in outcomes)))
    results = [
        conclude(rule, [found for found in outcomes if found.requirement == rule.id])
        for rule in rules.requirements
    ]
    judgement = judge(results, level=Level.MUST, allow_untested=(), filtered=False, finished=True)
    plain = RunRecord(
        kit_version="0.1.0",
        ruleset="1.0",
        target="my_backend:open",
        description=SIDECAR,
        profile="quick",
        seed=7,
        filtered=False,
        cut_off="",
        started_at="2026-01-01T00:00:00+00:00",
        seconds=1.5,
        report=Path("report"),
        results=tuple(results),
        judgement=judgement,
    )
    return replace(plain, **changes)
