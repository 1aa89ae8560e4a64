"""Small programs to record, and a conversation of plain lines."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from conformance.crash.filesystem.history import history_of
from conformance.crash.filesystem.tree import Tree, differences, read_tree
from conformance.crash.filesystem.units import History
from conformance.crash.recording.inject import Injection
from conformance.crash.recording.record import Recorder
from conformance.crash.recording.trace import Trace

SAVER = """
import os, sys
for line in sys.stdin:
    descriptor = os.open("doc.tmp", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.write(descriptor, line.encode())
    os.fsync(descriptor)
    os.close(descriptor)
    os.rename("doc.tmp", "doc")
    print("saved", flush=True)
"""


class Lines:
    """Says some lines; every answer counts. Where not all is `watched`, the last line is."""

    def __init__(self, *lines: str, watched: bool = True) -> None:
        self._watched = watched
        self._lines = list(lines)
        self.answers: list[str] = []

    def next_line(self) -> str | None:
        return self._lines.pop(0) if self._lines else None

    def on_answer(self, line: str) -> bool:
        self.answers.append(line)
        return True

    def is_watched(self) -> bool:
        return self._watched or not self._lines


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-B", "-c", f"import os, sys; os.chdir(sys.argv[1])\n{code}"]


def record(
    recorder: Recorder,
    code: str,
    root: Path,
    lines: Iterable[str] = (),
    inject: Injection | None = None,
) -> Trace:
    """Run Python code in `root`."""
    return recorder.run([*python(code), str(root)], Lines(*lines), root, inject)


def replayed(trace: Trace, initial: Tree, root: Path) -> tuple[History, tuple[str, ...]]:
    """The history of a trace, and where its end differs from the real directory."""
    history = history_of(trace, initial, str(root.resolve()))
    return history, differences(history.final, read_tree(root), history.mapped)


def names(trace: Trace) -> list[str]:
    return [call.name for call in trace.calls]
