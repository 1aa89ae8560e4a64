"""What a process says on its stderr, of which only the end is kept: a backend may write without end."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from conformance.clocks import monotonic_seconds

_READ_SIZE = 1 << 16
_FRESH_S = 0.2


class LastWords:
    """Reads a pipe in a thread until all who could write to it have gone, and keeps the end."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._tail = b""
        self._heard = self._told = 0
        self._reader = Thread(target=self._read, daemon=True)

    @contextmanager
    def writing_end(self) -> Iterator[int]:
        """The descriptor to start a process with. Then it is closed here, and the reading begins."""
        descriptor, theirs = os.pipe()
        self._pipe = os.fdopen(descriptor, "rb", buffering=0)
        try:
            yield theirs
        finally:
            os.close(theirs)
            self._reader.start()

    def wait(self, limit_s: float) -> None:
        """Wait for the rest of what is said by writers that are gone, or soon will be."""
        self._reader.join(limit_s)

    def text(self) -> str:
        """The end of what was said until now."""
        return _text(self._tail)

    def fresh(self) -> str:
        """What of the end came since this was last asked."""
        self._hear_all()
        fresh, self._told = self._heard - self._told, self._heard
        return _text(self._tail[-fresh:]) if fresh else ""

    def _hear_all(self) -> None:
        """Give the reader time for what lies in the pipe."""
        deadline = monotonic_seconds() + _FRESH_S
        with suppress(ValueError, OSError):  # the reader closes the pipe at its end
            while self._reader.is_alive() and select.select([self._pipe], [], [], 0)[0]:
                if monotonic_seconds() >= deadline:
                    return
                time.sleep(0.001)

    def _read(self) -> None:
        with self._pipe as pipe:
            while said := pipe.read(_READ_SIZE):
                self._heard += len(said)
                self._tail = (self._tail + said)[-self._kept :]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace").strip()
