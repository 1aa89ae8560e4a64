"""How many files a process may open: few for a backend that is to show that it closes them, else many.

Where they are many, a backend that closes none fails in the one check that counts, and in no innocent one.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_MANY = 65_536  # some programs close all that they may have: more would make them slow


def allow_many() -> None:
    """Let this process, and what it starts, open as many files as it may, within reason."""
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY if most == resource.RLIM_INFINITY else min(_MANY, most)
    if usual != resource.RLIM_INFINITY and usual < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def in_use(process: int) -> int:
    """How many descriptors a process has open; none where that cannot be seen."""
    try:
        return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    except OSError:
        return 0


def highest_in_use(process: int) -> int | None:
    """The highest descriptor that a process has open; None where that cannot be seen."""
    try:
        return max(int(entry.name) for entry in Path(f"/proc/{process}/fd").iterdir())
    except (OSError, ValueError):
        return None


@contextmanager
def limited(process: int, ceiling: int) -> Iterator[None]:
    """Let a process open no descriptor above `ceiling`, for a while; those that are open stay.

    Where that cannot be done, or the process has ended, nothing happens.
    """
    usual = _limits(process)
    if usual is not None:
        _set_limits(process, (min(usual[0], ceiling + 1), usual[1]))
    try:
        yield
    finally:
        if usual is not None:
            _set_limits(process, usual)


def _limits(process: int) -> tuple[int, int] | None:
    if sys.platform != "linux":
        return None
    with suppress(OSError):
        return resource.prlimit(process, resource.RLIMIT_NOFILE)
    return None


def _set_limits(process: int, limits: tuple[int, int]) -> None:
    with suppress(OSError):
        resource.prlimit(process, resource.RLIMIT_NOFILE, limits)
