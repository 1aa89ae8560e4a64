"""Runs a function in a process that is forked from one in which the kit is imported."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import NoReturn, TypeVar

_T = TypeVar("_T")
_COMMANDS = ("check", "crash", "golden", "replay", "report", "run", "selftest", "smoke")
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    ["conformance.suite.chapters", *(f"conformance.commands.{name}" for name in _COMMANDS), "pytest"]
)


def in_fork(function: Callable[[], _T], patience_s: float) -> _T | None:
    """What the function returns; None where it raises, ends its process, or goes on for too long."""
    here, there = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_send, args=(function, there))
    process.start()
    there.close()
    answer: _T | None = None
    with here, suppress(EOFError):
        if here.poll(patience_s):
            answer = here.recv()
    process.kill()
    process.join()
    return answer


def _send(function: Callable[[], object], there: Connection) -> None:
    there.send(function())


def command_in_fork(command: Callable[[], int], patience_s: float) -> int:
    """How the process of a command ends: its exit code, or less than 0 where a signal ends it.

    Raises TimeoutError for one that goes on for too long.
    """
    process = _FORKS.Process(target=_exit_with, args=(command,))
    process.start()
    process.join(patience_s)
    code = process.exitcode
    if code is None:
        process.kill()
        process.join()
        raise TimeoutError(f"it went on for more than {patience_s:.0f} s")
    return code


def _exit_with(command: Callable[[], int]) -> NoReturn:
    """As an interpreter does at its end."""
    code = command()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
