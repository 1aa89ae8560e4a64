"""Failures by cause: what follows from what, and what is the same failure under several requirements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

from conformance.results.causes import followers
from conformance.results.counterexample import Counterexample
from conformance.results.known_failures import claim_of
from conformance.results.verdict import BREACHES, CheckOutcome, RequirementResult, Verdict

TOLD = BREACHES | {Verdict.ERROR}
_VALUES = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\d+|\(.*\)|Once|Periodic|Cron|Manual""")
_ESCAPED = re.compile(r"\w+ raised\b")


class HasResults(Protocol):
    """A run, at hand or saved, as far as causes go."""

    @property
    def results(self) -> Sequence[RequirementResult]: ...


@dataclass(slots=True)
class Cause:
    """One failure, told once: `result` and `check` tell it, `same` are other requirements that it breaks.

    `following` are those that rest on what is broken here. `others` are further failures of `result`.
    """

    result: RequirementResult
    check: CheckOutcome
    same: list[str] = field(default_factory=list)
    following: list[str] = field(default_factory=list)
    others: list[CheckOutcome] = field(default_factory=list)

    @property
    def ids(self) -> set[str]:
        """The requirements that it breaks."""
        return {self.result.id, *self.same, *self.following}


def causes_of(record: HasResults, results: Sequence[RequirementResult]) -> list[Cause]:
    """The causes of what failed, the one with the most consequences first."""
    shown = [result for result in results if failing(result)]
    told = {result.id for result in shown if result.verdict in BREACHES and not result.follows_from}
    following = followers({result.id: result.follows_from for result in record.results})
    found: dict[tuple[str, str], Cause] = {}
    for result in shown:
        if not told.isdisjoint(result.follows_from):
            continue
        first = plainest(result)
        others = [check for check in failing(result) if check is not first]
        cause = found.get(likeness(first))
        if cause is None:
            found[likeness(first)] = cause = Cause(result, first)
        else:
            cause.same.append(result.id)
        cause.following += [id for id in following.get(result.id, []) if id not in cause.ids]
        cause.others += [check for check in others if likeness(check) != likeness(first)]
    return sorted(found.values(), key=lambda cause: -len(cause.ids))


def plainest(result: RequirementResult) -> CheckOutcome:
    """Of the checks of a requirement that failed, the one that is soonest read."""
    return min(failing(result), key=lambda check: reading_length(check.counterexample))


def reading_length(found: Counterexample | None) -> float:
    """How many characters tell it: of several failures the one that is soonest read tells a cause best."""
    if found is None:
        return inf
    return sum(map(len, (*found.operations, found.expected, found.observed)))


def failing(result: RequirementResult) -> list[CheckOutcome]:
    """The checks of a requirement that have something to tell; none of what is excused."""
    if result.verdict not in TOLD:
        return []
    told = [check for check in result.checks if check.verdict in TOLD]
    return [check for check in told if claim_of(check) not in result.excused]


def numbers_of(causes: Iterable[Cause]) -> dict[str, list[int]]:
    """Which causes a requirement is put down to."""
    found: dict[str, list[int]] = {}
    for number, cause in enumerate(causes, 1):
        for id in cause.ids:
            found.setdefault(id, []).append(number)
    return found


def likeness(check: CheckOutcome) -> tuple[str, str]:
    """What two failures have in common that are one: the claim, and the observation but for its values.

    Where an operation raised what it must not, whatever was claimed, that is the observation.
    """
    found = check.counterexample
    if found is None:
        return check.message.partition("\n")[0], ""
    observed = alike(found.observed)
    return "" if observed.startswith("raised") else found.claim, observed


def alike(text: str) -> str:
    """The text without its values, and without which operation raised."""
    return _ESCAPED.sub("raised", _VALUES.sub("*", text))
