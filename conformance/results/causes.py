"""Root causes: which failures are put down to which others, by what each requirement rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from conformance.contract.requirements import Ruleset
from conformance.results.verdict import BREACHES, RequirementResult, Verdict

BROKEN = BREACHES | {Verdict.KNOWN_FAILURE}


def roots(broken: Iterable[str], ruleset: Ruleset) -> dict[str, tuple[str, ...]]:
    """For each broken id, the broken ones it is put down to: those it rests on that rest on no broken one.

    In catalogue order. An id that nothing broken lies under is a cause, and is put down to none.
    """
    ids = set(broken)
    under = {id: ruleset.causes(id) & ids for id in ruleset.ids() if id in ids}
    causes = [id for id, bases in under.items() if not bases]
    return {id: tuple(cause for cause in causes if cause in bases) for id, bases in under.items()}


def with_causes(results: Sequence[RequirementResult], ruleset: Ruleset) -> list[RequirementResult]:
    """The results, each failure with what it follows from."""
    found = roots((result.id for result in results if result.verdict in BROKEN), ruleset)
    return [replace(result, follows_from=found.get(result.id, ())) for result in results]


def followers(follows_from: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The other way round: for each cause, what is put down to it."""
    found: dict[str, list[str]] = {}
    for id, causes in follows_from.items():
        for cause in causes:
            found.setdefault(cause, []).append(id)
    return found
