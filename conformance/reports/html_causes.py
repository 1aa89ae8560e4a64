"""What is broken as a page tells it: causes first, the same failure once, each with what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.contract.requirements import Requirement
from conformance.reports.causes import Cause, causes_of
from conformance.reports.html import Html, joined, tag
from conformance.reports.html_page import folded
from conformance.reports.html_stories import TOLD, Evidence, failure
from conformance.results.known_failures import claim_of
from conformance.results.saved import Replay, SavedCheck, SavedRequirement, SavedRun
from conformance.results.verdict import CheckOutcome, RequirementResult, Verdict
from conformance.results.wording import plural


def links(ids: Sequence[str]) -> Html:
    """The ids, each leading to its requirement."""
    return Html(", ".join(tag("a", id, href=f"#{id}", class_="id") for id in ids))


def broken(entries: Sequence[SavedRequirement], run: SavedRun, evidence: Evidence, kind: str) -> Html:
    """The failures of these entries, by cause. `kind` begins the anchors of the causes."""
    causes = _causes(entries, run, evidence.replays)
    by_id = {entry.id: entry for entry in entries}
    told: set[str] = set()
    parts = []
    for number, cause in enumerate(causes, 1):
        along = [id for id in (*cause.same, *cause.following) if id in by_id and id not in told]
        told |= {cause.result.id, *along}
        parts.append(_cause(cause, number, [by_id[id] for id in along], by_id, evidence, kind))
    rest = [failure(entry, evidence, *_follows(entry)) for entry in entries if entry.id not in told]
    return joined([_overview(causes, kind), *parts, *rest])


def _overview(causes: Sequence[Cause], kind: str) -> Html:
    if len(causes) < 2:
        return Html("")
    lines = [
        tag("li", tag("a", cause.result.id, href=f"#{kind}-{number}"), f" {_claim(cause)}", _breaks(cause))
        for number, cause in enumerate(causes, 1)
    ]
    return tag("ol", lines, class_="overview")


def _claim(cause: Cause) -> str:
    return claim_of(cause.check)


def _breaks(cause: Cause) -> Html:
    more = len(cause.ids) - 1
    return tag("span", f"and {plural(more, 'requirement')} more", class_="reason") if more else Html("")


def _cause(
    cause: Cause,
    number: int,
    along: Sequence[SavedRequirement],
    by_id: Mapping[str, SavedRequirement],
    evidence: Evidence,
    kind: str,
) -> Html:
    entry = by_id[cause.result.id]
    stories = [failure(each, evidence, *_follows(each)) for each in along]
    own = folded(f"The stories of what follows and of the same: {plural(len(along), 'requirement')}", stories)
    return tag(
        "section",
        tag("h3", f"{number}. {_claim(cause)}"),
        failure(entry, evidence, *_relations(cause)),
        own if stories else "",
        id=f"{kind}-{number}",
        class_="cause",
        data_group=True,
    )


def _relations(cause: Cause) -> Iterator[Html]:
    if cause.same:
        yield joined(["The same: ", links(cause.same)])
    if cause.following:
        yield joined(["From it follow: ", links(cause.following)])


def _follows(entry: SavedRequirement) -> Iterator[Html]:
    if entry.follows_from:
        yield joined(["Follows from ", links(entry.follows_from)])


@dataclass(frozen=True, slots=True)
class _Told:
    results: Sequence[RequirementResult]


def _causes(entries: Sequence[SavedRequirement], run: SavedRun, replays: Mapping[str, Replay]) -> list[Cause]:
    results = [_result(entry, replays) for entry in entries]
    everything = _Told([_result(entry, replays) for entry in run.requirements])
    return causes_of(everything, results)


def _result(entry: SavedRequirement, replays: Mapping[str, Replay]) -> RequirementResult:
    """The entry as a failure among failures, whatever excuses it."""
    told = entry.verdict in TOLD and entry.verdict is not Verdict.ERROR
    requirement = entry.requirement or Requirement(entry.id, entry.level, frozenset(), None, "", "")
    return RequirementResult(
        requirement,
        Verdict.FAILED if told else entry.verdict,
        reason=entry.reason,
        checks=tuple(_outcome(entry.id, check, replays) for check in entry.checks),
        follows_from=entry.follows_from,
    )


def _outcome(id: str, check: SavedCheck, replays: Mapping[str, Replay]) -> CheckOutcome:
    replay = replays.get(check.replay or "")
    found = None if replay is None else replay.counterexample
    return CheckOutcome(id, check.test, check.verdict, check.message, 1, found, check.replay)
