"""A failure explained: which requirement, what was done, expected against observed, how to replay it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from conformance.contract.requirements import Requirement
from conformance.reports.readable import readable, readable_line
from conformance.reports.requirement import text_of
from conformance.reports.visible import visible, visible_lines
from conformance.results.verdict import CheckOutcome

LONGEST_STORY = 60
_LONGEST_STEP = 400
_END_OF_STEP = 160  # what came of it stands there
_INDENT = " " * 12
_TRACEBACK = "\nTraceback (most recent call last)"


def explain_failure(
    requirement: Requirement, check: CheckOutcome, report: Path, steps: int = LONGEST_STORY
) -> str:
    """The explanation of one failing check, in plain text; of the story, the last `steps`."""
    lines = [f"{requirement.id} ({requirement.level.value})  {text_of(requirement)}"]
    found = check.counterexample
    if found is None:
        return "\n".join([*lines, *_message(check, report)])
    lines += [f"  broken: {visible(found.claim)}", "  what was done:", *_story(found.operations, steps)]
    lines += [f"  expected: {_shown(found.expected)}"]
    lines += [f"  observed: {_shown(found.observed)}", f"  check:    {check.test}"]
    if check.replay is not None:
        file = shlex.quote(str(report / check.replay))
        lines.append(f"  replay:   sidecar-conformance replay {file}")
    if check.exhibits is not None:
        lines.append(f"  kept in:  {report / check.exhibits}{os.sep}")
    return "\n".join(lines)


def _story(operations: Sequence[str], most: int) -> list[str]:
    """The last steps, with their numbers."""
    untold = max(0, len(operations) - most)
    steps = [f"    {number}. {_one_line(step)}" for number, step in enumerate(operations, 1)][untold:]
    return [f"    ({untold} steps before are in the replay file)", *steps] if untold else steps


def _shown(text: str) -> str:
    return visible_lines(readable(text), _INDENT)


def _one_line(step: str) -> str:
    """A step on one line: a document in it without its indentation, and cut where it is long."""
    text = readable_line(step)
    if len(text) <= _LONGEST_STEP:
        return text
    return f"{text[: _LONGEST_STEP - _END_OF_STEP]} ... {text[-_END_OF_STEP:]}"


def _message(check: CheckOutcome, report: Path) -> list[str]:
    """What was said in place of a counterexample, without a traceback of ours."""
    words, traceback, _ = check.message.partition(_TRACEBACK)
    lines = [f"  {visible_lines(words, '  ')}", f"  check:    {check.test}"]
    if traceback:
        lines.append(f"  please report this with {report / 'journal.jsonl'}, which holds the traceback")
    return lines
