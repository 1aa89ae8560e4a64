"""A failure as a page tells it: what was done, expected and observed; how to replay it; what a crash left."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from conformance.reports.html import Content, Html, joined, tag
from conformance.reports.html_page import folded
from conformance.reports.html_verdicts import chip
from conformance.reports.readable import readable, readable_line
from conformance.results.saved import Replay, SavedCheck, SavedRequirement
from conformance.results.verdict import BREACHES, Verdict
from conformance.results.wording import plural

TOLD = BREACHES | {Verdict.KNOWN_FAILURE, Verdict.ERROR}
_LONG = 24


@dataclass(frozen=True, slots=True)
class Picture:
    """What a crash left: its timeline as a data URL, and links to it and to other files by name."""

    image: str
    links: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What lies beside the results: replay files by their names there, pictures by requirement."""

    replays: Mapping[str, Replay] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)


def failure(entry: SavedRequirement, evidence: Evidence, *relations: Content) -> Html:
    """A requirement that is broken, with the story of each check that found it."""
    told = [check for check in entry.checks if check.verdict in TOLD]
    checks = sorted(told, key=lambda check: _length(evidence.replays.get(check.replay or "")))
    return tag(
        "article",
        tag("h4", tag("a", entry.id, href=f"#{entry.id}"), f" ({entry.level.value}) ", chip(entry.verdict)),
        tag("p", entry.text),
        [tag("p", relation, class_="reason") for relation in relations],
        [_check(check, evidence.replays.get(check.replay or "")) for check in checks],
        "" if checks else tag("p", entry.reason),
        _picture(entry.id, evidence.pictures.get(entry.id)),
        id=f"failure-{entry.id}",
        class_="card",
        data_level=entry.level.value,
        data_verdict=entry.verdict.value,
    )


def _length(replay: Replay | None) -> float:
    """How many steps tell it: the shortest story stands first, as it tells a cause."""
    found = None if replay is None else replay.counterexample
    return inf if found is None else len(found.operations)


def _check(check: SavedCheck, replay: Replay | None) -> Html:
    parts: list[tuple[str, Html]] = []
    found = None if replay is None else replay.counterexample
    if found is not None:
        parts += [
            ("broken", joined([found.claim])),
            ("what was done", _steps(found.operations)),
            ("expected", tag("pre", readable(found.expected))),
            ("observed", tag("pre", readable(found.observed))),
        ]
    elif check.message:
        parts.append(("broken", tag("pre", check.message)))
    parts.append(("check", tag("code", check.test)))
    if replay is not None:
        parts.append(("replay", _replay(replay)))
    elif check.replay is not None:
        missing = f"{check.replay}, which is not beside the results: what was done is told there"
        parts.append(("replay", tag("p", missing, class_="missing")))
    return tag("dl", [joined([tag("dt", name), tag("dd", content)]) for name, content in parts])


def _steps(operations: Sequence[str]) -> Html:
    """The steps; of a long story the first ones are folded, for the end is what fails."""
    items = [
        tag("li", tag("code", readable_line(step)), value=str(number))
        for number, step in enumerate(operations, 1)
    ]
    before, last = items[:-_LONG], items[-_LONG:]
    earlier = folded(f"{plural(len(before), 'step')} before", tag("ol", before)) if before else ""
    return joined([earlier, tag("ol", last)])


def _replay(replay: Replay) -> Html:
    link = tag("a", replay.link, href=replay.link)
    if replay.counterexample is None:
        return tag(
            "p", link, f" cannot be read, so its story is not told: {replay.trouble}", class_="missing"
        )
    command = f"sidecar-conformance replay {shlex.quote(replay.link)}"
    return joined([link, tag("pre", command)])


def _picture(id: str, picture: Picture | None) -> Html:
    """The timeline of a crash. As an image it can neither run nor fetch anything."""
    if picture is None:
        return Html("")
    links = [joined([tag("a", name, href=link), " "]) for name, link in picture.links.items()]
    image = tag("img", src=picture.image, alt=f"The timeline of the crash that breaks {id}")
    shown = tag("div", image, class_="scroll", tabindex="0", role="region", aria_label=f"Timeline of {id}")
    return tag("figure", shown if picture.image else "", tag("figcaption", "The crash: ", links))
