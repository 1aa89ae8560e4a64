"""A failure explained: which requirement, what was done, expected against observed, how to replay it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from conformance.contract.requirements import Requirement
from conformance.results.verdict import CheckOutcome

_LONGEST_STORY = 60


def explain_failure(requirement: Requirement, check: CheckOutcome, report: Path) -> str:
    """The explanation of one failing check, in plain text."""
    lines = [f"{requirement.id} ({requirement.level.value})  {requirement.text}"]
    found = check.counterexample
    if found is None:
        return "\n".join([*lines, f"  {check.message}"])
    lines += [f"  broken: {found.claim}", "  what was done:"]
    lines += [f"    {number}. {step}" for number, step in enumerate(found.operations[-_LONGEST_STORY:], 1)]
    lines += [f"  expected: {found.expected}", f"  observed: {found.observed}", f"  check:    {check.test}"]
    if check.replay is not None:
        file = shlex.quote(str(report / check.replay))
        lines.append(f"  replay:   sidecar-conformance replay {file}")
    if check.exhibits is not None:
        lines.append(f"  kept in:  {report / check.exhibits}{os.sep}")
    return "\n".join(lines)
