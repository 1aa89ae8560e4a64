"""One run as a page: the verdict first, then what is broken, then every requirement."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from itertools import groupby

from conformance.reports.chapters import CHAPTERS
from conformance.reports.html import Html, joined, tag
from conformance.reports.html_page import page
from conformance.reports.html_verdicts import chip, reasons, run_look, words
from conformance.results.causes import followers
from conformance.results.saved import Replay, SavedCheck, SavedRequirement, SavedRun
from conformance.results.verdict import BREACHES, UNTESTED, Verdict

_SHOWN = BREACHES | {Verdict.KNOWN_FAILURE, Verdict.ERROR}


def render_run(run: SavedRun, replays: Mapping[str, Replay], back: str = "") -> str:
    """The page. `replays` are the files at hand, by their names in the results; `back` leads to a matrix."""
    return page(
        f"{run.title}: {words(run.verdict.value)}",
        tag("p", tag("a", "← comparison", href=back), class_="kit") if back else "",
        tag("p", f"sidecar-conformance {run.kit['version']}, rule set {run.kit['ruleset']}", class_="kit"),
        tag("h1", run.title or "a backend without a name"),
        _banner(run),
        _facts(run),
        _failures(run, replays),
        _unseen(run),
        _later(run, replays),
        tag("h2", "Every requirement"),
        _requirements(run),
        _footer(run),
    )


def _banner(run: SavedRun) -> Html:
    sign, look = run_look(run)
    said = reasons(run)
    return tag(
        "div",
        tag("strong", f"{sign} {words(run.verdict.value)}"),
        tag("ul", [tag("li", line) for line in said]) if said else "",
        class_=f"banner {look}",
    )


def _facts(run: SavedRun) -> Html:
    backend, made = run.backend, run.run
    facts = {
        "class": backend["class"],
        "capabilities": ", ".join(backend["capabilities"]) or "none",
        "language": backend["language"],
        "target": backend["target"],
        "run": f"profile {made['profile']}, seed {made['seed']}, {made['duration_s']:.1f} s",
        "started": made["started_at"],
        "requirements": _counts(run),
    }
    return tag("dl", [joined([tag("dt", k), tag("dd", v)]) for k, v in facts.items() if v], class_="facts")


def _counts(run: SavedRun) -> str:
    counts = {verdict: len(run.of({verdict})) for verdict in Verdict}
    return ", ".join(f"{count} {words(verdict.value)}" for verdict, count in counts.items() if count)


def _failures(run: SavedRun, replays: Mapping[str, Replay]) -> Html:
    """What is broken: causes first, each with what follows from it, then what follows."""
    shown = sorted(run.of(_SHOWN), key=lambda entry: bool(entry.follows_from))
    if not shown:
        return Html("")
    following = followers({entry.id: entry.follows_from for entry in run.requirements})
    return joined(
        [
            tag("h2", "What is broken"),
            *(_failure(entry, replays, following.get(entry.id, [])) for entry in shown),
        ]
    )


def _later(run: SavedRun, replays: Mapping[str, Replay]) -> Html:
    """What was found of requirements that came later than the rule set of the run."""
    if not run.new:
        return Html("")
    said = f"These came later than rule set {run.kit['ruleset']}, and change no verdict: "
    broken = [entry for entry in run.new if entry.verdict in _SHOWN]
    return joined(
        [
            tag("h2", "New requirements"),
            tag("p", said, _links([entry.id for entry in run.new])),
            *(_failure(entry, replays, []) for entry in broken),
        ]
    )


def _relations(entry: SavedRequirement, following: list[str]) -> Html:
    lines = []
    if entry.follows_from:
        lines.append(tag("p", "Follows from ", _links(list(entry.follows_from)), class_="reason"))
    if following:
        lines.append(tag("p", "From it follow: ", _links(following), class_="reason"))
    return joined(lines)


def _failure(entry: SavedRequirement, replays: Mapping[str, Replay], following: list[str]) -> Html:
    checks = [check for check in entry.checks if check.verdict in _SHOWN]
    return tag(
        "section",
        tag("h3", tag("a", entry.id, href=f"#{entry.id}"), f" ({entry.level.value}) ", chip(entry.verdict)),
        tag("p", entry.text),
        _relations(entry, following),
        [_check(check, replays.get(check.replay or "")) for check in checks],
        "" if checks else tag("p", entry.reason),
        class_="card",
    )


def _check(check: SavedCheck, replay: Replay | None) -> Html:
    parts: list[tuple[str, Html]] = []
    found = None if replay is None else replay.counterexample
    if found is not None:
        steps = tag("ol", [tag("li", tag("code", step)) for step in found.operations])
        parts += [
            ("broken", joined([found.claim])),
            ("what was done", steps),
            ("expected", tag("pre", found.expected)),
            ("observed", tag("pre", found.observed)),
        ]
    elif check.message:
        parts.append(("broken", tag("pre", check.message)))
    parts.append(("check", tag("code", check.test)))
    if replay is not None:
        command = f"sidecar-conformance replay {shlex.quote(replay.link)}"
        parts.append(("replay", joined([tag("a", replay.link, href=replay.link), tag("pre", command)])))
    elif check.replay is not None:
        parts.append(("replay", tag("p", f"{check.replay}, which is not beside the results")))
    return tag("dl", [joined([tag("dt", name), tag("dd", content)]) for name, content in parts])


def _unseen(run: SavedRun) -> Html:
    """Why what is owed was not seen to hold, a line a reason."""
    reasons: dict[str, list[str]] = {}
    for entry in run.of(UNTESTED - _SHOWN):
        reason = entry.reason.strip().splitlines()[0] if entry.reason.strip() else words(entry.verdict.value)
        reasons.setdefault(reason + (" (let off by name)" if entry.id in run.untested else ""), []).append(
            entry.id
        )
    if not reasons:
        return Html("")
    lines = [tag("li", reason, ": ", _links(ids)) for reason, ids in reasons.items()]
    return joined([tag("h2", "What was not seen to hold"), tag("ul", lines)])


def _links(ids: list[str]) -> Html:
    links = [tag("a", id, href=f"#{id}") for id in ids]
    return Html(", ".join(links))


def _requirements(run: SavedRun) -> Html:
    heads = (("", ""), ("level", ""), ("verdict", ""), ("exercised", "number"), ("requirement", ""))
    head = tag("thead", tag("tr", [tag("th", name, scope="col", class_=look) for name, look in heads]))
    return tag("table", head, tag("tbody", list(_rows(run))), class_="wide")


def _rows(run: SavedRun) -> Iterator[Html]:
    for prefix, entries in groupby(run.requirements, lambda entry: entry.id.partition("-")[0]):
        title = f"{prefix}  {CHAPTERS.get(prefix, '')}"
        yield tag("tr", tag("th", title, colspan="5", scope="colgroup"), class_="chapter")
        for entry in entries:
            yield _row(entry)


def _row(entry: SavedRequirement) -> Html:
    reason = entry.reason if entry.verdict is not Verdict.PASSED else ""
    return tag(
        "tr",
        tag("td", entry.id, class_="id"),
        tag("td", f"{entry.level.value}{' (new)' if entry.is_new else ''}", class_="level"),
        tag("td", chip(entry.verdict)),
        tag("td", str(entry.exercised), class_="number"),
        tag(
            "td",
            entry.text or "not a requirement of the rule set that made this page",
            tag("span", reason, class_="reason") if reason else "",
            class_="text",
        ),
        id=entry.id,
    )


def _footer(run: SavedRun) -> Html:
    said = "exercised counts how often a requirement's precondition really held; none is never a pass."
    return tag("footer", tag("p", said))
