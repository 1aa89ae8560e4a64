"""Several runs beside each other: requirements down, backends across."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from conformance.reports.chapters import CHAPTERS
from conformance.reports.html import Content, Html, tag
from conformance.reports.html_page import page
from conformance.reports.html_verdicts import chip, run_chip
from conformance.results.saved import SavedRequirement, SavedRun
from conformance.results.verdict import BREACHES, UNTESTED, Verdict


def render_matrix(runs: Sequence[SavedRun], links: Sequence[str]) -> str:
    """The page. `links` leads to the page of each run."""
    rows = list(_rows(runs, links))
    differing = sum('class="differs"' in row for row in rows)
    return page(
        "Backends compared",
        tag("p", f"sidecar-conformance, {_versions(runs)}", class_="kit"),
        tag("h1", f"{len(runs)} backends compared"),
        tag("p", f"Requirements on which backends were seen to differ, marked ≠: {differing}"),
        tag(
            "div",
            tag("table", _head(runs, links), tag("tbody", [*_totals(runs), *rows]), class_="matrix"),
            class_="scroll",
        ),
    )


def _versions(runs: Sequence[SavedRun]) -> str:
    versions = sorted({run.kit["ruleset"] for run in runs})
    if len(versions) == 1:
        return f"rule set {versions[0]}"
    return f"rule sets {' and '.join(versions)}: what one of them lacks is left blank"


def _head(runs: Sequence[SavedRun], links: Sequence[str]) -> Html:
    columns = [
        tag("th", tag("a", run.title or "no name", href=link), _origin(run), scope="col", class_="run")
        for run, link in zip(runs, links, strict=True)
    ]
    return tag("thead", tag("tr", tag("th", "requirement", scope="col"), columns))


def _origin(run: SavedRun) -> Html:
    return tag("span", run.backend["target"], class_="reason")


def _totals(runs: Sequence[SavedRun]) -> Iterator[Html]:
    facts: dict[str, Callable[[SavedRun], Content]] = {
        "verdict": run_chip,
        "covers the rule set": _coverage,
        "class": lambda run: str(run.backend["class"]),
        "passed": lambda run: str(len(run.of({Verdict.PASSED}))),
        "broken": lambda run: str(len(run.of(BREACHES))),
        "known failures": lambda run: str(len(run.of({Verdict.KNOWN_FAILURE}))),
        "not seen to hold": lambda run: str(len(run.of(UNTESTED))),
    }
    for name, fact in facts.items():
        yield tag("tr", tag("td", name), [tag("td", fact(run)) for run in runs])


def _coverage(run: SavedRun) -> str:
    if run.run["filtered"]:
        return "no: filtered"
    if not run.run["complete"]:
        return "no: incomplete"
    return f"all but {len(run.untested)}, by permission" if run.untested else "yes"


def _rows(runs: Sequence[SavedRun], links: Sequence[str]) -> Iterator[Html]:
    by_id = [run.by_id() for run in runs]
    known: dict[str, SavedRequirement] = {}
    for entries in by_id:
        known = {**entries, **known}
    order = sorted(known, key=lambda id: (list(CHAPTERS).index(id[:2]) if id[:2] in CHAPTERS else 99, id))
    for prefix, ids in groupby(order, lambda id: id[:2]):
        title = f"{prefix}  {CHAPTERS.get(prefix, '')}"
        yield tag("tr", tag("th", title, colspan=str(len(runs) + 1), scope="colgroup"), class_="chapter")
        for id in ids:
            entries_of = [entries.get(id) for entries in by_id]
            home = next(link for link, entry in zip(links, entries_of, strict=True) if entry is not None)
            yield _row(known[id], entries_of, home)


def _row(requirement: SavedRequirement, entries: Sequence[SavedRequirement | None], link: str) -> Html:
    seen = {entry.verdict for entry in entries if entry is not None} - UNTESTED - {Verdict.NOT_APPLICABLE}
    id = tag("a", requirement.id, href=f"{link}#{requirement.id}", title=requirement.text, class_="id")
    level = tag("span", f" {requirement.level.value} ", class_="level")
    cells = [tag("td", "" if entry is None else chip(entry.verdict)) for entry in entries]
    return tag(
        "tr",
        tag("td", id, level, tag("span", requirement.text, class_="said"), class_="text"),
        cells,
        class_="differs" if len(seen) > 1 else "same",
    )
