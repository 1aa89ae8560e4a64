"""Looks at a data path from outside while operations run: what happens to names, and what a reader reads.

The kernel's record of names (inotify) misses nothing and needs no luck; where there is none, a watch sees
nothing and says so.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

_EVENT = struct.Struct("iIII")
_BUFFER_SIZE = 1 << 16
_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC  # inotify_init1 takes these bits
_UNBLOCKING_SECONDS = 0.05


class NameChange(Enum):
    """What happened to a name in a directory. The value is the kernel's bit.

    Only a file that was open for writing is told to be closed.
    """

    WRITTEN = 0x002
    CLOSED = 0x008
    MOVED_AWAY = 0x040
    MOVED_HERE = 0x080
    CREATED = 0x100
    DELETED = 0x200


@dataclass(frozen=True, slots=True)
class NameEvent:
    """One change of one name."""

    change: NameChange
    name: str

    def __str__(self) -> str:
        return f"{self.name} {self.change.name.lower().replace('_', ' ')}"


class Watch:
    """The record of the names in one directory."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    @property
    def works(self) -> bool:
        """Whether the kernel keeps the record; if not, nothing is ever seen."""
        return self._descriptor is not None

    def seen(self) -> tuple[NameEvent, ...]:
        """What happened since the last call, in order."""
        found: list[NameEvent] = []
        while self._descriptor is not None:
            try:
                found += _parse(os.read(self._descriptor, _BUFFER_SIZE))
            except BlockingIOError:
                break
        return tuple(found)


@contextmanager
def watching(directory: Path) -> Iterator[Watch]:
    """Watch the names in a directory that exists."""
    descriptor = _start_inotify(directory)
    try:
        yield Watch(descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _start_inotify(directory: Path) -> int | None:
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init1(_FLAGS)
    if descriptor < 0:
        return None
    mask = sum(change.value for change in NameChange)
    if libc.inotify_add_watch(descriptor, os.fsencode(directory), ctypes.c_uint32(mask)) < 0:
        os.close(descriptor)
        return None
    return int(descriptor)


def _parse(record: bytes) -> Iterator[NameEvent]:
    position = 0
    while position < len(record):
        _, mask, _, length = _EVENT.unpack_from(record, position)
        start = position + _EVENT.size
        name = os.fsdecode(record[start : start + length].rstrip(b"\x00"))
        position = start + length
        for change in NameChange:
            if mask & change.value:
                yield NameEvent(change, name)


class SlowReader:
    """Opens a file and reads half of it; the rest it reads when it is told to."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        size = 0 if descriptor is None else os.fstat(descriptor).st_size
        self._first_half = self._read(size // 2) if size else b""

    def finish(self) -> bytes | None:
        """Read the rest, through the same descriptor; all that was read, None where there was no file."""
        if self._descriptor is None:
            return None
        return self._first_half + b"".join(iter(lambda: self._read(1 << 20), b""))

    def _read(self, size: int) -> bytes:
        assert self._descriptor is not None
        return os.read(self._descriptor, size)


@contextmanager
def reading_slowly(path: Path) -> Iterator[SlowReader]:
    """Read half of a file now, and the rest later in the block."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield SlowReader(None)
        return
    try:
        yield SlowReader(descriptor)
    finally:
        os.close(descriptor)


@dataclass(slots=True)
class Readings:
    """What a reader in a loop has read: the distinct contents, and whether the file was missing once seen."""

    contents: set[bytes] = field(default_factory=set)
    missing: bool = False


@contextmanager
def reading_in_a_loop(path: Path) -> Iterator[Readings]:
    """Open and read a file again and again in a thread, until the block ends."""
    readings, enough = Readings(), threading.Event()

    def read_again_and_again() -> None:
        while not enough.is_set():
            try:
                readings.contents.add(path.read_bytes())
            except FileNotFoundError:
                readings.missing |= bool(readings.contents)

    reader = threading.Thread(target=read_again_and_again, daemon=True)
    reader.start()
    try:
        yield readings
    finally:
        enough.set()
        reader.join()


@dataclass(slots=True)
class Rescue:
    """Whether somebody had to be freed from a FIFO."""

    needed: bool = False


@contextmanager
def rescuing_from_fifo(fifo: Path, after_seconds: float) -> Iterator[Rescue]:
    """Free whoever still waits at a FIFO, as a reader or as a writer, so long after the block began."""
    rescue, over = Rescue(), threading.Event()

    def free() -> None:
        if over.wait(after_seconds):
            return
        rescue.needed = True
        while not over.wait(_UNBLOCKING_SECONDS):
            _open_both_ends(fifo)

    rescuer = threading.Thread(target=free, daemon=True)
    rescuer.start()
    try:
        yield rescue
    finally:
        over.set()
        rescuer.join()


def _open_both_ends(fifo: Path) -> None:
    """Let those go who wait for the other end; closing again gives readers the end of the file."""
    with suppress(OSError):
        descriptor = os.open(fifo, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            with suppress(OSError):
                os.read(descriptor, _BUFFER_SIZE)
        finally:
            os.close(descriptor)
