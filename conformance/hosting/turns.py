"""Brings races about in a Python backend that several threads call at once.

Left alone, threads of one interpreter seldom meet in the midst of an operation. Here they take turns as often
as they can, and now and then one stands still for long, somewhere within the backend's code, while the others
go on. A right backend does not mind.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

_OFTEN = 1e-5
_STALLS = 0.25
_STALL_SECONDS = 0.003
_LATEST_EVENT = 11.0  # as a power of two: so many calls and returns into the operation, at most

_Result = TypeVar("_Result")


class Turns:
    """Whether the threads of this process are to meet each other, and how they do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._crowds = 0
        self._usual = 0.0

    @contextmanager
    def crowded(self) -> Iterator[None]:
        """Bring races about for a while."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self) -> None:
        """Bring races about until `end` is called as often as this."""
        with self._lock:
            if self._crowds == 0:
                self._usual = sys.getswitchinterval()
                sys.setswitchinterval(_OFTEN)
            self._crowds += 1

    def end(self) -> None:
        """Take one `begin` back; after the last one no more races are brought about."""
        with self._lock:
            self._crowds -= 1
            if self._crowds == 0:
                sys.setswitchinterval(self._usual)

    def take(self, call: Callable[..., _Result], *arguments: Any) -> _Result:
        """Make a call, standing still in its midst now and then if there is a crowd."""
        if not self._crowds or random.random() >= _STALLS or sys.getprofile() is not None:
            return call(*arguments)
        sys.setprofile(_stall_once(int(2 ** random.uniform(0, _LATEST_EVENT))))
        try:
            return call(*arguments)
        finally:
            sys.setprofile(None)


def _stall_once(events: int) -> Callable[[FrameType, str, Any], None]:
    """A profile function that stands still at the `events`-th call or return.

    It stays in place until the operation is over: CPython 3.11 can crash when one is taken away from within.
    """
    left = events

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            time.sleep(_STALL_SECONDS)

    return profile
