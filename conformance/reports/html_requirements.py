"""Every requirement as a page lists it: by chapter, with its verdict, and its explanation on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

from conformance.contract.requirements import Requirement
from conformance.reports.chapters import CHAPTERS
from conformance.reports.html import Html, joined, tag
from conformance.reports.html_page import folded
from conformance.reports.html_stories import TOLD
from conformance.reports.html_verdicts import chip, words
from conformance.results.saved import SavedRequirement, SavedRun
from conformance.results.verdict import Verdict

Explain: TypeAlias = Callable[[Requirement], str]


def requirements(run: SavedRun, explain: Explain) -> Html:
    """The chapters, each a table that can be folded."""
    chapters = groupby(run.requirements, lambda entry: entry.id.partition("-")[0])
    return joined([_chapter(prefix, list(entries), explain) for prefix, entries in chapters])


def _chapter(prefix: str, entries: Sequence[SavedRequirement], explain: Explain) -> Html:
    heads = (("id", ""), ("level", ""), ("verdict", ""), ("exercised", "number"), ("requirement", ""))
    head = tag("thead", tag("tr", [tag("th", name, scope="col", class_=look) for name, look in heads]))
    table = tag("table", head, tag("tbody", [_row(entry, explain) for entry in entries]), class_="wide")
    title = tag("h3", f"{prefix}  {CHAPTERS.get(prefix, '')}")
    counts = tag("span", f" {', '.join(_counts(entries))}", class_="level")
    return tag(
        "details", tag("summary", title, counts), table, open=True, data_group=True, id=f"chapter-{prefix}"
    )


def _counts(entries: Sequence[SavedRequirement]) -> Iterator[str]:
    for verdict in Verdict:
        count = sum(entry.verdict is verdict for entry in entries)
        if count:
            yield f"{count} {words(verdict.value)}"


def _row(entry: SavedRequirement, explain: Explain) -> Html:
    reason = entry.reason if entry.verdict is not Verdict.PASSED else ""
    verdict = chip(entry.verdict)
    if entry.verdict in TOLD:
        verdict = tag("a", verdict, href=f"#failure-{entry.id}", title=f"how {entry.id} fails")
    return tag(
        "tr",
        tag("td", tag("a", entry.id, href=f"#{entry.id}"), class_="id"),
        tag("td", f"{entry.level.value}{' (new)' if entry.is_new else ''}", class_="level"),
        tag("td", verdict),
        tag("td", str(entry.exercised), class_="number"),
        tag(
            "td",
            entry.text or "not a requirement of the rule set that made this page",
            tag("span", reason, class_="reason") if reason else "",
            _explanation(entry, explain),
            class_="text",
        ),
        id=entry.id,
        data_level=entry.level.value,
        data_verdict=entry.verdict.value,
    )


def _explanation(entry: SavedRequirement, explain: Explain) -> Html:
    if entry.requirement is None:
        return Html("")
    shown = tag("pre", explain(entry.requirement))
    return folded(["explain ", entry.id], shown, class_="explained")
