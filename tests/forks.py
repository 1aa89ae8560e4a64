"""Runs a function in a process that is forked from one in which the kit is imported."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TypeVar

_T = TypeVar("_T")
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["conformance.suite.chapters", "conformance.commands.selftest", "pytest"])


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
