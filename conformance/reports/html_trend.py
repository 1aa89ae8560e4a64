"""Several runs of one backend, oldest first: what became of it from version to version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from conformance.reports.html import Html, joined, tag
from conformance.reports.html_verdicts import run_chip
from conformance.results.comparison import ComparedRequirement, compare_runs
from conformance.results.saved import SavedRun
from conformance.results.verdict import BREACHES, UNTESTED, Verdict

_PARTS = (
    ("good", "passed", frozenset({Verdict.PASSED})),
    ("bad", "broken", BREACHES),
    ("warn", "known failures", frozenset({Verdict.KNOWN_FAILURE})),
    ("odd", "not tested", UNTESTED),
)


def trends(runs: Sequence[SavedRun], links: Sequence[str]) -> Html:
    """A table for each backend of which there are several runs; nothing where there is none."""
    by_name: dict[str, list[tuple[SavedRun, str]]] = {}
    for run, link in zip(runs, links, strict=True):
        by_name.setdefault(run.backend["name"], []).append((run, link))
    tables = [_trend(name, each) for name, each in by_name.items() if len(each) > 1]
    return joined(tables)


def _trend(name: str, runs: list[tuple[SavedRun, str]]) -> Html:
    ordered = sorted(runs, key=lambda each: each[0].run["started_at"])
    heads = ("version", "started", "verdict", "requirements", "since the run before")
    first = _row(*ordered[0], Html("the first of these"))
    rows = [_row(run, link, joined(_changes(before, run))) for (before, _), (run, link) in pairwise(ordered)]
    head = tag("thead", tag("tr", [tag("th", each, scope="col") for each in heads]))
    table = tag("table", tag("caption", name or "no name"), head, tag("tbody", first, rows), class_="trend")
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=f"Trend of {name}")


def _row(run: SavedRun, link: str, changes: Html) -> Html:
    return tag(
        "tr",
        tag("th", tag("a", run.backend["version"] or "no version", href=link), scope="row"),
        tag("td", run.run["started_at"][:16].replace("T", " ")),
        tag("td", run_chip(run)),
        tag("td", _bar(run)),
        tag("td", changes),
    )


def _bar(run: SavedRun) -> Html:
    """The counts, and below them the same as lengths."""
    counts = [(look, name, len(run.of(verdicts))) for look, name, verdicts in _PARTS]
    whole = sum(count for _, _, count in counts) or 1
    said = ", ".join(f"{count} {name}" for _, name, count in counts if count)
    parts = [
        tag("span", class_=f"part {look}", style=f"width:{100 * count / whole:.2f}%")
        for look, _, count in counts
        if count
    ]
    return joined([said, tag("span", parts, class_="bar", aria_hidden="true")])


def _changes(before: SavedRun, after: SavedRun) -> Iterator[Html]:
    found = compare_runs(before, after)
    groups = {"newly failing": found.newly_failing, "mended": found.mended, "no longer tested": found.lost}
    for name, changes in groups.items():
        if changes:
            yield tag("div", f"{name}: ", _ids(changes))
    if not any(groups.values()):
        yield Html("nothing")


def _ids(changes: Sequence[ComparedRequirement], most: int = 12) -> Html:
    ids = Html(", ".join(tag("span", change.id, class_="id") for change in changes[:most]))
    return ids if len(changes) <= most else joined([ids, f" and {len(changes) - most} more"])
