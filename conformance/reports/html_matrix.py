"""Several runs beside each other: requirements down, backends across, differences first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from conformance.reports.chapters import CHAPTERS
from conformance.reports.html import Content, Html, tag
from conformance.reports.html_filters import filters
from conformance.reports.html_page import contents, page, section
from conformance.reports.html_trend import trends
from conformance.reports.html_verdicts import chip, run_chip
from conformance.results.saved import SavedRequirement, SavedRun
from conformance.results.verdict import BREACHES, UNTESTED, Verdict
from conformance.results.wording import plural


def render_matrix(runs: Sequence[SavedRun], links: Sequence[str]) -> str:
    """The page. `links` leads to the page of each run."""
    rows = _rows(runs, links)
    parts = list(_parts(runs, links, rows))
    return page(
        "Backends compared",
        tag(
            "header",
            tag("p", f"sidecar-conformance, {_versions(runs)}", class_="kit"),
            tag("h1", f"{plural(len(runs), 'run')} compared"),
        ),
        contents({anchor: title for anchor, title, _ in parts}),
        tag(
            "main",
            [section(*part) for part in parts if part[0] in _ABOVE],
            filters({verdict for row in rows for verdict in row.verdicts}),
            [section(*part) for part in parts if part[0] not in _ABOVE],
            id="content",
        ),
    )


_ABOVE = ("verdicts", "trend")


@dataclass(frozen=True, slots=True)
class _Row:
    """A requirement, what each run says of it, and a page that tells of it."""

    requirement: SavedRequirement
    entries: Sequence[SavedRequirement | None]
    link: str

    @property
    def verdicts(self) -> list[Verdict]:
        return list(dict.fromkeys(entry.verdict for entry in self.entries if entry is not None))

    @property
    def differs(self) -> bool:
        """Whether it was seen to hold in one run and to break in another, or the like."""
        return len(set(self.verdicts) - UNTESTED - {Verdict.NOT_APPLICABLE}) > 1


def _parts(
    runs: Sequence[SavedRun], links: Sequence[str], rows: Sequence[_Row]
) -> Iterator[tuple[str, str, Html]]:
    differing = [row for row in rows if row.differs]
    alike = [row for row in rows if not row.differs]
    yield (
        "verdicts",
        "Verdicts",
        _table(runs, links, [tag("tbody", list(_totals(runs)))], "Verdicts", group=False),
    )
    trend = trends(runs, links)
    if trend:
        yield "trend", "From version to version", trend
    title = f"Where they differ: {len(differing)}"
    none = tag("p", "Nowhere: no requirement was seen to hold in one and to break in another.")
    yield "differences", title, _table(runs, links, _body(differing, len(runs)), title) if differing else none
    same = f"Where they do not: {len(alike)}"
    yield "alike", same, _table(runs, links, _body(alike, len(runs)), same)


def _table(
    runs: Sequence[SavedRun], links: Sequence[str], bodies: Iterable[Html], title: str, *, group: bool = True
) -> Html:
    table = tag("table", _head(runs, links), list(bodies), class_="matrix")
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=title, data_group=group)


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


def _rows(runs: Sequence[SavedRun], links: Sequence[str]) -> list[_Row]:
    by_id = [run.by_id() for run in runs]
    known: dict[str, SavedRequirement] = {}
    for entries in by_id:
        known = {**entries, **known}
    order = sorted(known, key=lambda id: (list(CHAPTERS).index(id[:2]) if id[:2] in CHAPTERS else 99, id))
    rows = []
    for id in order:
        entries_of = [entries.get(id) for entries in by_id]
        home = next(link for link, entry in zip(links, entries_of, strict=True) if entry is not None)
        rows.append(_Row(known[id], entries_of, home))
    return rows


def _body(rows: Sequence[_Row], columns: int) -> Iterator[Html]:
    for prefix, chapter in groupby(rows, lambda row: row.requirement.id[:2]):
        title = f"{prefix}  {CHAPTERS.get(prefix, '')}"
        head = tag("tr", tag("th", title, colspan=str(columns + 1), scope="rowgroup"), class_="chapter")
        yield tag("tbody", head, map(_row, chapter), data_group=True)


def _row(row: _Row) -> Html:
    requirement = row.requirement
    id = tag("a", requirement.id, href=f"{row.link}#{requirement.id}", title=requirement.text, class_="id")
    level = tag("span", f" {requirement.level.value} ", class_="level")
    cells = [tag("td", "" if entry is None else chip(entry.verdict)) for entry in row.entries]
    return tag(
        "tr",
        tag("td", id, level, tag("span", requirement.text, class_="said"), class_="text"),
        cells,
        id=requirement.id,
        class_="differs" if row.differs else "same",
        data_level=requirement.level.value,
        data_verdict=" ".join(verdict.value for verdict in row.verdicts),
    )
