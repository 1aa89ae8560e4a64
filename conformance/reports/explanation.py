"""A failure explained: which requirement, what was done, expected against observed, how to replay it."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from conformance.contract.requirements import Requirement
from conformance.reports.readable import readable, readable_line
from conformance.reports.visible import visible, visible_lines
from conformance.results.verdict import CheckOutcome
from conformance.results.wording import plural

LONGEST_STORY = 60
_WORTH_LEAVING_OUT = 4  # steps; a story that lacks fewer is shown whole
_LONGEST_STEP = 400
_END_OF_STEP = 160  # what came of it stands there
_INDENT = " " * 12
_TELLING = re.compile(r"^\*\*\*\* |   <-- (?!not executed)")  # how the crash engine marks a crash and a fault
PLANTING = re.compile(r"^(?:the document is |plant_rows\()")
"""How a step begins that puts in place what a backend finds."""
_TRACEBACK = "\nTraceback (most recent call last)"


def explain_failure(
    requirement: Requirement, check: CheckOutcome, report: Path, steps: int = LONGEST_STORY
) -> str:
    """The explanation of one failing check, in plain text; of the story, some `steps`."""
    lines = [f"{requirement.id} ({requirement.level.value})  {requirement.words}"]
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
    """The steps, a line each; of a long story the last, and those that tell of a fault or crash.

    A long step is cut, unless as much is asked for as is told at all.
    """
    chosen = _chosen(operations, most)
    lines = []
    for place, number in enumerate(chosen):
        before = chosen[place - 1] if place else -1
        lines += _untold(number - before - 1)
        step = readable_line(operations[number])
        lines.append(f"    {number + 1}. {step if most >= LONGEST_STORY else _cut(step)}")
    return lines + _untold(len(operations) - 1 - chosen[-1] if chosen else 0)


def _chosen(operations: Sequence[str], most: int) -> list[int]:
    """The numbers of the steps to tell, from 0. What came after a crash is the first to be left out.

    What was planted first is always told: what follows makes no sense without it.
    """
    if len(operations) < most + _WORTH_LEAVING_OUT:
        return [*range(len(operations))]
    telling = [number for number, step in enumerate(operations) if _TELLING.search(step)]
    end = telling[-1] + 1 if telling else len(operations)
    planting = [number for number, step in enumerate(operations) if PLANTING.search(step)][:1]
    return sorted({*range(max(0, end - most), end), *telling, *planting})


def _untold(count: int) -> list[str]:
    return [f"    ({plural(count, 'step')}, told in the replay file)"] if count else []


def _shown(text: str) -> str:
    return visible_lines(readable(text), _INDENT)


def _cut(text: str) -> str:
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
