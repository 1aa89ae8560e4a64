"""A comparison of two runs as text: a line a requirement that changed, then what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.reports.visible import visible
from conformance.results.comparison import ComparedRequirement, Comparison
from conformance.results.saved import SavedRequirement


def render_comparison(comparison: Comparison) -> str:
    """The text, with a line end."""
    return "\n".join(_lines(comparison)) + "\n"


def _lines(comparison: Comparison) -> Iterator[str]:
    for name, run in (("old", comparison.old), ("new", comparison.new)):
        verdict = run.verdict.value.replace("_", " ")
        ruleset, profile = run.kit["ruleset"], run.run["profile"]
        yield f"{name}: {visible(run.title)}, rule set {ruleset}, profile {profile}: {verdict}"
    groups = {
        "newly failing": comparison.newly_failing,
        "mended": comparison.mended,
        "no longer tested": comparison.lost,
        "still failing": comparison.still_failing,
    }
    for title, changes in groups.items():
        if changes:
            yield ""
            yield f"{title}:"
            yield from map(_line, changes)
    yield ""
    counts = [f"{len(changes)} {title}" for title, changes in groups.items()]
    yield f"{', '.join(counts)}, {len(comparison.unchanged)} unchanged"


def _line(change: ComparedRequirement) -> str:
    entry = change.new or change.old
    assert entry is not None
    verdicts = f"{_verdict(change.old)} -> {_verdict(change.new)}"
    message = _message([check.message for check in entry.checks if check.message] or [entry.reason])
    return f"  {change.id} ({entry.level.value})  {verdicts}{message and ': '}{message}"


def _verdict(entry: SavedRequirement | None) -> str:
    return "not in the rule set" if entry is None else entry.verdict.value.replace("_", " ")


def _message(messages: Sequence[str]) -> str:
    return visible(messages[0].partition("\n")[0])
