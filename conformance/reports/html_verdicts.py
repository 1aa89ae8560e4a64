"""Verdicts as a reader sees them: a sign, a word and a colour, never the colour alone."""

from __future__ import annotations

from conformance.reports.html import Html, tag
from conformance.results.saved import SavedRun
from conformance.results.verdict import BREACHES, UNTESTED, RunVerdict, Verdict
from conformance.results.wording import ONLY_A_PART, breaks, let_off, listed, unseen, verdict_words

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
    """Why the verdict is what it is, and what it does not cover, a line each, as the command words it."""
    lines = []
    for verdicts, said in ((BREACHES, breaks), (UNTESTED, unseen)):
        ids = [entry.id for entry in run.of(verdicts) if entry.id not in run.untested]
        if ids:
            lines.append(said(ids))
    lines += run.notes
    known = [entry.id for entry in run.of({Verdict.KNOWN_FAILURE})]
    if known:
        lines.append(f"known failures: {listed(known)}")
    if run.untested:
        lines.append(let_off(run.untested))
    if run.run["filtered"]:
        lines.append(ONLY_A_PART)
    elif not run.run["complete"] and not run.of(UNTESTED):
        lines.append("the run was cut off")
    return lines
