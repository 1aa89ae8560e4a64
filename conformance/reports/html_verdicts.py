"""Verdicts as a reader sees them: a sign, a word and a colour, never the colour alone."""

from __future__ import annotations

from conformance.reports.html import Html, tag
from conformance.results.saved import SavedRun
from conformance.results.verdict import BREACHES, UNTESTED, RunVerdict, Verdict
from conformance.results.wording import verdict_words

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
    known = len(run.of({Verdict.KNOWN_FAILURE}))
    said = verdict_words(run.verdict, known=known, untested=len(run.untested))
    return tag("span", f"{sign} {said}", class_=f"chip {look}")


def run_look(run: SavedRun) -> tuple[str, str]:
    """Sign and colour of a run. Green is for what covers the whole rule set, and for nothing less."""
    sign, look = _RUN_LOOKS[run.verdict]
    excused = bool(run.untested or run.of({Verdict.KNOWN_FAILURE}))
    return (sign, "warn") if look == "good" and (excused or not run.whole) else (sign, look)


def words(value: str) -> str:
    """A verdict's value in words."""
    return value.replace("_", " ")


def reasons(run: SavedRun) -> list[str]:
    """Why the verdict is what it is, and what it does not cover, a sentence each."""
    lines = list(run.notes)
    if run.run["filtered"]:
        lines.append("Only a part of the rule set was run: that is never conformant.")
    elif not run.run["complete"]:
        lines.append("The run does not cover the rule set: it was cut off, or something owed is untested.")
    if run.untested:
        lines.append(f"Untested by permission: {', '.join(run.untested)}.")
    counted = [
        (BREACHES, "broken"),
        ({Verdict.KNOWN_FAILURE}, "a known failure"),
        (UNTESTED, "owed, but untested"),
    ]
    for verdicts, said in counted:
        ids = [entry.id for entry in run.of(verdicts) if entry.id not in run.untested]
        if ids:
            lines.append(f"{len(ids)} {said}: {_listed(ids)}.")
    return lines


def _listed(ids: list[str], most: int = 12) -> str:
    return ", ".join(ids) if len(ids) <= most else f"{', '.join(ids[:most])} and {len(ids) - most} more"
