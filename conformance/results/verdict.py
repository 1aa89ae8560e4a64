"""Verdicts: of one check, of one requirement, of a whole run.

The denominator is the rule set, never what happened to run: whatever is owed and was not seen to hold keeps
a run from being conformant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Protocol

from conformance.contract.classes import CAPABILITIES
from conformance.contract.requirements import Level, Requirement
from conformance.contract.target import Description
from conformance.errors import ExitCode
from conformance.results.counterexample import Counterexample


class Verdict(Enum):
    """What is known of one requirement."""

    PASSED = "passed"
    FAILED = "failed"
    KNOWN_FAILURE = "known_failure"
    STALE_KNOWN_FAILURE = "stale_known_failure"
    NOT_APPLICABLE = "not_applicable"
    NOT_TESTABLE = "not_testable"
    NOT_REACHED = "not_reached"
    ERROR = "error"
    TIMEOUT = "timeout"


class RunVerdict(Enum):
    """What is known of the backend."""

    CONFORMANT = "conformant"
    NOT_CONFORMANT = "not_conformant"
    INCOMPLETE = "incomplete"
    ERROR = "error"


EXIT_CODES = {
    RunVerdict.CONFORMANT: ExitCode.CONFORMANT,
    RunVerdict.NOT_CONFORMANT: ExitCode.NOT_CONFORMANT,
    RunVerdict.INCOMPLETE: ExitCode.INCOMPLETE,
    RunVerdict.ERROR: ExitCode.KIT_FAILED,
}

BREACHES = frozenset({Verdict.FAILED, Verdict.TIMEOUT, Verdict.STALE_KNOWN_FAILURE})
UNTESTED = frozenset({Verdict.NOT_TESTABLE, Verdict.NOT_REACHED, Verdict.ERROR})


@dataclass(frozen=True, slots=True)
class Effort:
    """What a check cost: generated examples, operations of the backend, seconds in all and in the backend."""

    examples: int = 0
    operations: int = 0
    seconds: float = 0.0
    backend_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What one check found. `requirement` is the one it speaks of, which a machine chooses as it runs.

    `exercised` counts how often the requirement's precondition really held. `replay` is a file of the report,
    `exhibits` a directory in it, where there are some.
    """

    requirement: str
    test: str
    verdict: Verdict
    message: str = ""
    exercised: int = 0
    counterexample: Counterexample | None = None
    replay: str | None = None
    effort: Effort = field(default_factory=Effort)
    exhibits: str | None = None


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """The verdict on one requirement, with what its checks found.

    `follows_from` are the broken requirements that a failure is put down to. `excused` are claims that are
    known to fail, where something else fails beside them.
    """

    requirement: Requirement
    verdict: Verdict
    exercised: int = 0
    reason: str = ""
    checks: tuple[CheckOutcome, ...] = ()
    follows_from: tuple[str, ...] = ()
    excused: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        return self.requirement.id

    @property
    def level(self) -> Level:
        return self.requirement.level


def exemption(requirement: Requirement, description: Description) -> RequirementResult | None:
    """The result of a requirement that cannot or need not be checked on this backend; None if it is owed."""
    conformance_class = description.conformance_class
    if conformance_class not in requirement.applies:
        reason = f"not owed by class {conformance_class.value}"
        return RequirementResult(requirement, Verdict.NOT_APPLICABLE, reason=reason)
    if requirement.unless in description.capabilities:
        reason = f"not owed by a backend that declares {requirement.unless}"
        return RequirementResult(requirement, Verdict.NOT_APPLICABLE, reason=reason)
    needs = requirement.needs
    if needs is None or needs in description.capabilities:
        return None
    if CAPABILITIES[needs].optional:
        reason = f"the backend does not declare the capability {needs}"
        return RequirementResult(requirement, Verdict.NOT_APPLICABLE, reason=reason)
    reason = (
        f"needs the capability {needs} ({CAPABILITIES[needs].meaning}), which the backend does not declare"
    )
    return RequirementResult(requirement, Verdict.NOT_TESTABLE, reason=reason)


_GRAVEST_FIRST = (
    Verdict.FAILED,
    Verdict.TIMEOUT,
    Verdict.ERROR,
    Verdict.NOT_TESTABLE,
)


def conclude(requirement: Requirement, outcomes: Sequence[CheckOutcome]) -> RequirementResult:
    """The verdict on a requirement that is owed, from what its checks found.

    The gravest outcome decides. No outcome, or none in which the precondition held, is not a pass.
    """
    exercised = sum(outcome.exercised for outcome in outcomes)
    checks = tuple(outcomes)
    if not outcomes:
        reason = "this version of the kit has no check for it"
        return RequirementResult(requirement, Verdict.NOT_TESTABLE, reason=reason)
    for verdict in _GRAVEST_FIRST:
        found = [outcome for outcome in outcomes if outcome.verdict is verdict]
        if found:
            return RequirementResult(requirement, verdict, exercised, found[0].message, checks)
    if all(outcome.verdict is Verdict.NOT_APPLICABLE for outcome in outcomes):
        return RequirementResult(requirement, Verdict.NOT_APPLICABLE, exercised, outcomes[0].message, checks)
    unreached = [outcome for outcome in outcomes if outcome.verdict is not Verdict.PASSED]
    if unreached or exercised == 0:
        reason = (unreached[0].message if unreached else "") or "its precondition never came up"
        return RequirementResult(requirement, Verdict.NOT_REACHED, exercised, reason, checks)
    return RequirementResult(requirement, Verdict.PASSED, exercised, "", checks)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a run, and why: ids by what they did to it. `untested` may be so, by name.

    `new` are broken, but came in with a later rule set than the run is judged by: they change nothing.
    """

    verdict: RunVerdict
    breaches: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    untested: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


_RANK = {Level.MUST: 0, Level.SHOULD: 1, Level.MAY: 2}


def counts(level: Level, weakest: Level) -> bool:
    """Whether a breach of this level counts when the weakest that does is `weakest`."""
    return _RANK[level] <= _RANK[weakest]


class Owed(Protocol):
    """What is known of a requirement, at hand or saved, as far as it takes to judge a run."""

    @property
    def id(self) -> str: ...
    @property
    def level(self) -> Level: ...
    @property
    def verdict(self) -> Verdict: ...


def judge(
    results: Iterable[Owed],
    *,
    level: Level,
    allow_untested: Collection[str],
    filtered: bool,
    finished: bool,
    complaints: Sequence[str] = (),
    new: Sequence[Owed] = (),
) -> Judgement:
    """Judge a run by the results on every requirement of the rule set.

    `level` is the weakest level whose breach counts. `complaints` are breaches without a requirement of
    their own, such as a known failure that matched nothing. `new` are results on later requirements.
    """
    results = list(results)
    counted = [result for result in results if counts(result.level, level)]
    breaches = tuple(result.id for result in counted if result.verdict in BREACHES)
    uncounted = [result for result in results if result not in counted]
    warnings = tuple(result.id for result in uncounted if result.verdict in BREACHES)
    unseen = [result for result in counted if result.verdict in UNTESTED]
    untested = tuple(result.id for result in unseen if result.id in allow_untested)
    gaps = [result for result in unseen if result.id not in allow_untested]
    missing = tuple(result.id for result in gaps)
    owed = [result for result in results if result.verdict is not Verdict.NOT_APPLICABLE]
    seen = [result for result in owed if result.verdict not in UNTESTED]
    judgement = Judgement(
        RunVerdict.CONFORMANT,
        breaches,
        warnings,
        missing,
        untested,
        tuple(complaints),
        tuple(result.id for result in new if result.verdict in BREACHES),
    )
    if breaches or complaints:
        return replace(judgement, verdict=RunVerdict.NOT_CONFORMANT)
    if any(result.verdict is Verdict.ERROR for result in gaps):
        return replace(judgement, verdict=RunVerdict.ERROR)
    if missing or filtered or not finished or not seen:
        return replace(judgement, verdict=RunVerdict.INCOMPLETE)
    return judgement
