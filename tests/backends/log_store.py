"""A class store backend that appends to a log, and shortens the log after it has answered."""

from __future__ import annotations

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from variations import KeyedStore

from conformance import target
from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import VecSidecar
from reference_impl.persistence import Change

_HEAD = 8
_LONGEST = 3


def _entry(document: bytes) -> bytes:
    return len(document).to_bytes(4) + zlib.crc32(document).to_bytes(4) + document


class Log(VecSidecar):
    """Of several documents the last one that is whole counts; what comes after it was never finished.

    No document is empty: where nothing was written the log may read as zeros, and these would be one.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._is_sound = False

    def entries(self) -> tuple[list[bytes], int]:
        """The documents, and where the last one ends."""
        log = super().read_bytes()
        found: list[bytes] = []
        end = 0
        while end + _HEAD <= len(log):
            start = end + _HEAD
            document = log[start : start + int.from_bytes(log[end : end + 4])]
            if not document or _entry(document) != log[end : start + len(document)]:
                break
            found.append(document)
            end = start + len(document)
        return found, end

    def read_bytes(self) -> bytes:
        documents, _ = self.entries()
        return documents[-1] if documents else b""

    def replace(self, document: bytes) -> None:
        """A log that this process did not write, or failed to write, is begun anew."""
        append = self._append if self._is_sound else super().replace
        self._is_sound = False
        append(_entry(document))
        self._is_sound = True

    def shorten(self) -> None:
        """Leave the last document alone."""
        with self.exclusive():
            documents, _ = self.entries()
            if len(documents) > _LONGEST:
                self._is_sound = False
                super().replace(_entry(documents[-1]))
                self._is_sound = True

    def _append(self, entry: bytes) -> None:
        _, end = self.entries()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.ftruncate(descriptor, end)
            os.lseek(descriptor, end, os.SEEK_SET)
            self.write_all(descriptor, entry)
            self.sync(descriptor)
        finally:
            os.close(descriptor)


class LogStore(KeyedStore):
    """Shortens its log in a thread of its own."""

    def __init__(self, log: Log) -> None:
        super().__init__(log)
        self.log = log
        self._later = ThreadPoolExecutor(1)

    def change(self, change: Change) -> None:
        """Change the rows, and look after the log later."""
        super().change(change)
        self._later.submit(self._shorten)

    def close(self) -> None:
        """Wait for what is still under way."""
        self._later.shutdown()

    def _shorten(self) -> None:
        with suppress(SchedulerPersistenceError):
            self.log.shorten()


@target(
    name="log store",
    conformance_class="store",
    capabilities=("planted_rows", "clock", "threads", "traceable"),
)
def open_backend(data_path: Path) -> LogStore:
    """Open the log of a data path."""
    return LogStore(Log(data_path / "scheduler" / "rows.log"))
