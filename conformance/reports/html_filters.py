"""The filters of a page. They are there only where the page's script runs, which makes them work."""

from __future__ import annotations

from collections.abc import Collection

from conformance.contract.requirements import Level
from conformance.reports.html import Html, tag
from conformance.reports.html_verdicts import words
from conformance.results.verdict import Verdict


def filters(verdicts: Collection[Verdict]) -> Html:
    """Choose by level, by one of the verdicts that there are, and by words."""
    levels = {level.value: level.value for level in Level}
    found = {verdict.value: words(verdict.value) for verdict in Verdict if verdict in verdicts}
    return tag(
        "div",
        tag("label", "level ", _choice("level", levels)),
        tag("label", "verdict ", _choice("verdict", found)),
        tag("label", "text ", tag("input", id="text", type="search", placeholder="id or words")),
        tag("button", "show all", id="clear", type="button"),
        tag("button", "unfold all", id="unfold", type="button"),
        tag("button", "fold all", id="fold", type="button"),
        tag("output", id="count", aria_live="polite"),
        id="filters",
        role="search",
        aria_label="Filter requirements",
        hidden=True,
    )


def _choice(name: str, values: dict[str, str]) -> Html:
    options = [tag("option", shown, value=value) for value, shown in values.items()]
    return tag("select", tag("option", "any", value=""), options, id=name)
