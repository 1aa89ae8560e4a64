"""What a process says, of which only the end is kept: a backend may write without end."""

from __future__ import annotations

import os
from threading import Thread

_READ_SIZE = 1 << 16
_JOIN_SECONDS = 0.5


class LastWords:
    """Reads a pipe in a thread until all who could write to it have gone, and keeps the end."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._tail = b""
        self._descriptor, self.writing_end = os.pipe()
        self._reader = Thread(target=self._read, daemon=True)

    def start(self) -> None:
        """Begin to read, and give this process's writing end back: others have it by now."""
        os.close(self.writing_end)
        self._reader.start()

    def text(self) -> str:
        """The end of what was said; to be asked when the writers are gone, or soon will be."""
        self._reader.join(_JOIN_SECONDS)
        return self._tail[-self._kept :].decode("utf-8", "replace")

    def _read(self) -> None:
        with os.fdopen(self._descriptor, "rb", buffering=0) as pipe:
            while said := pipe.read(_READ_SIZE):
                self._tail = (self._tail + said)[-self._kept :]
