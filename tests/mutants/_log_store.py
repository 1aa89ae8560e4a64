"""What mutants share that keep a log: a right store that appends each new state to one file.

A record is its length, the CRC of its bytes, and its bytes: the whole document. The last record that is whole
counts. What a crash or a failed write left behind it is never written on: the first write after opening, and
the first after a failure, replaces the log by a new one with one record.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

_HEAD = struct.Struct(">II")
CAPABILITIES = ("planted_rows", "clock", "threads", "traceable")


class Log(VecSidecar):
    """The rows as the last whole record of a log."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.may_be_appended_to = False

    def decode(self, document: bytes) -> list[Row]:
        """The rows of a log's last whole record."""
        return super().decode(self.last_record(document)[0])

    def encode(self, rows: Sequence[Row]) -> bytes:
        """A record that holds the rows."""
        content = super().encode(rows)
        return _HEAD.pack(len(content), zlib.crc32(content)) + content

    def replace(self, document: bytes) -> None:
        """Append a record or, where the log's end cannot be trusted, begin anew with it."""
        trusted, self.may_be_appended_to = self.may_be_appended_to, False
        if trusted and self.path.exists():
            self.append(document)
        else:
            super().replace(document)
        self.may_be_appended_to = True

    def append(self, record: bytes) -> None:
        """Put a record at the end of the log, durably."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        try:
            self.write_all(descriptor, record)
            self.sync(descriptor)
        finally:
            os.close(descriptor)

    def last_record(self, log: bytes) -> tuple[bytes, int]:
        """What the last whole record holds, nothing when there is none, and where it ends."""
        found, position = b"", 0
        while len(log) >= position + _HEAD.size:
            length, checksum = _HEAD.unpack_from(log, position)
            start = position + _HEAD.size
            content = log[start : start + length]
            if len(content) < length or not self.is_whole(content, checksum):
                break
            found, position = content, start + length
        return found, position

    def is_whole(self, content: bytes, checksum: int) -> bool:
        """Whether a record holds what was written."""
        return bool(content) and zlib.crc32(content) == checksum


class LogStore(SystemLabelSchedulerPersistence):
    """The reference on a log, with a way to plant rows."""

    def plant_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add raw rows."""
        planted = VecSidecar.decode(self.sidecar, json.dumps(list(rows)).encode("utf-8", "surrogatepass"))
        self.change(lambda stored: [*stored, *planted])


def opener(sidecar: type[VecSidecar], backend: type[LogStore] = LogStore) -> Callable[[Path], LogStore]:
    """A target of class store whose rows `sidecar` keeps."""

    @target(name=sidecar.__module__, conformance_class="store", capabilities=CAPABILITIES)
    def open_backend(data_path: Path) -> LogStore:
        return backend(sidecar(data_path / "jobs" / "log"))

    return open_backend


open_backend = opener(Log)
