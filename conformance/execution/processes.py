"""Ends whatever a worker started, also what has left its process group."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

_ROUNDS = 10  # a process that forks while we look is met in the next round


def kill_session(leader: int) -> None:
    """Kill every process in the session of `leader`; without a /proc, those in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for _ in range(_ROUNDS):
        members = list(_members(leader))
        for process in members:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        if not members:
            return


def _members(leader: int) -> Iterator[int]:
    """The processes in a session that still run."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            # pid (name) state ppid pgrp session: the name may hold anything, also blanks and parentheses
            state, _, _, session = entry.read_bytes().rpartition(b")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if int(session) == leader and state not in {b"Z", b"X"}:
            yield int(entry.parent.name)
