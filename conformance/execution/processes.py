"""Ends whatever a worker started, also what has left its session or forgotten its parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

WORKER_VARIABLE = "SIDECAR_WORKER"  # in the environment of a worker, and so of all that it starts
_ROUNDS = 10  # a process that forks while we look is met in the next round
_PR_SET_PDEATHSIG = 1


def kill_session(leader: int, mark: str = "") -> None:
    """Kill every process in the session of `leader`, and those whose environment bears `mark`.

    Without a /proc, those in its group.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for _ in range(_ROUNDS):
        members = list(_members(leader, mark))
        for process in members:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        if not members:
            return


def kill_marked(beginning: str) -> None:
    """Kill every process whose environment bears a mark that begins so."""
    assert beginning
    for _ in range(_ROUNDS):
        members = list(_marked(beginning))
        for process in members:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        if not members:
            return


def end_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends, however that comes about."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _members(leader: int, mark: str) -> Iterator[int]:
    """The processes that belong to a worker and still run."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            # pid (name) state ppid pgrp session: the name may hold anything, also blanks and parentheses
            state, _, _, session = (process / "stat").read_bytes().rpartition(b")")[2].split()[:4]
            if state not in {b"Z", b"X"} and (int(session) == leader or (mark and _bears(process, mark))):
                yield int(process.name)


def _bears(process: Path, mark: str) -> bool:
    return f"{WORKER_VARIABLE}={mark}".encode() in (process / "environ").read_bytes().split(b"\0")


def _marked(beginning: str) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            variables = (process / "environ").read_bytes().split(b"\0")  # that of a zombie is empty
            if any(variable.startswith(f"{WORKER_VARIABLE}={beginning}".encode()) for variable in variables):
                yield int(process.name)
