"""Verdicts as a reader sees them: a sign, a word and a colour, never the colour alone."""

from __future__ import annotations

from conformance.reports.html import Html, tag
from conformance.reports.reasons import headline
from conformance.results.saved import SavedRun
from conformance.results.verdict import RunVerdict, Verdict

_LOOKS = {
    Verdict.PASSED: ("✓", "good"),
    Verdict.FAILED: ("✗", "bad"),
    Verdict.TIMEOUT: ("✗", "bad"),
    Verdict.STALE_KNOWN_FAILURE: ("✗", "bad"),
    Verdict.KNOWN_FAILURE: ("!", "warn"),
    Verdict.NOT_TESTABLE: ("?", "warn"),
    Verdict.NOT_REACHED: ("?", "warn"),
    Verdict.ERROR: ("‼", "odd"),
    Verdict.NOT_APPLICABLE: ("–", "none"),
}
_RUN_LOOKS = {
    RunVerdict.CONFORMANT: ("✓", "good"),
    RunVerdict.NOT_CONFORMANT: ("✗", "bad"),
    RunVerdict.INCOMPLETE: ("?", "warn"),
    RunVerdict.ERROR: ("‼", "odd"),
}


def chip(verdict: Verdict) -> Html:
    """The verdict on a requirement."""
    sign, look = _LOOKS[verdict]
    return tag("span", f"{sign} {words(verdict.value)}", class_=f"chip {look}")


def run_chip(run: SavedRun) -> Html:
    """The verdict on a run."""
    sign, look = run_look(run)
    return tag("span", f"{sign} {headline(run)}", class_=f"chip {look}")


def run_look(run: SavedRun) -> tuple[str, str]:
    """Sign and colour of a run. Green is for what covers the whole rule set, and for nothing less."""
    sign, look = _RUN_LOOKS[run.verdict]
    excused = bool(run.untested or run.of({Verdict.KNOWN_FAILURE}))
    return (sign, "warn") if look == "good" and (excused or not run.whole) else (sign, look)


def words(value: str) -> str:
    """A verdict's value in words."""
    return value.replace("_", " ")
