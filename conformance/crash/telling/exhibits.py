"""Keeps what a violation is seen by: the directory after the crash, the protocol, the timeline."""

from __future__ import annotations

import shutil
from pathlib import Path

from conformance.crash.filesystem.tree import write_tree
from conformance.crash.telling.timeline import timeline
from conformance.crash.telling.verdicts import Violation

STATE, PROTOCOL, TIMELINE = "state", "protocol.txt", "timeline.svg"


def keep(violation: Violation, directory: Path) -> None:
    """Write the exhibits of a violation into a directory, which is made anew."""
    if directory.exists():
        shutil.rmtree(directory)
    directory.mkdir(parents=True)
    lines = (violation.requirement, violation.workload, violation.summary, "", *violation.protocol_lines)
    (directory / PROTOCOL).write_text("\n".join(lines) + "\n", "utf-8")
    (directory / TIMELINE).write_text(
        timeline(violation.history, violation.crash, violation.summary), "utf-8"
    )
    if violation.state is not None:
        (directory / STATE).mkdir()
        write_tree(violation.state, directory / STATE)
