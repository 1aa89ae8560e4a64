"""Descriptors: a table for each process, open files that tables share."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from conformance.crash.filesystem.objects import File, Folder

O_SYNC_BITS = os.O_DSYNC  # O_SYNC includes it


@dataclass(slots=True)
class OpenFile:
    """What open made: dup and fork share it, with its offset and its flags."""

    node: File | Folder
    flags: int
    offset: int = 0

    @property
    def appends(self) -> bool:
        """Whether writes go to the end."""
        return bool(self.flags & os.O_APPEND)

    @property
    def syncs(self) -> bool:
        """Whether each write is durable when it returns."""
        return bool(self.flags & O_SYNC_BITS)


@dataclass(slots=True)
class Descriptor:
    """A number in a table."""

    open_file: OpenFile
    close_on_exec: bool = False


@dataclass(slots=True)
class Tables:
    """The descriptor tables of all processes; only what is open in the traced directory is in them."""

    of: dict[int, dict[int, Descriptor]] = field(default_factory=lambda: {0: {}})

    def get(self, process: int, number: int) -> OpenFile | None:
        """The open file behind a descriptor, or None for one of another directory."""
        found = self.of.get(process, {}).get(number)
        return found.open_file if found else None

    def put(self, process: int, number: int, open_file: OpenFile, close_on_exec: bool) -> None:
        """Let a descriptor lead to an open file."""
        self.of.setdefault(process, {})[number] = Descriptor(open_file, close_on_exec)

    def duplicate(self, process: int, old: int, new: int, close_on_exec: bool = False) -> None:
        """dup, dup2, dup3 and F_DUPFD: what `new` was is closed."""
        found = self.get(process, old)
        if found is None:
            self.drop(process, new)
        elif old != new:
            self.put(process, new, found, close_on_exec)

    def mark(self, process: int, number: int, close_on_exec: bool) -> None:
        """F_SETFD."""
        found = self.of.get(process, {}).get(number)
        if found:
            found.close_on_exec = close_on_exec

    def drop(self, process: int, first: int, last: int | None = None) -> None:
        """Close one descriptor, or all from `first` to `last`."""
        table = self.of.get(process, {})
        for number in [n for n in table if first <= n <= (first if last is None else last)]:
            del table[number]

    def fork(self, process: int, parent: int) -> None:
        """A new process gets a copy of its parent's table."""
        self.of[process] = {
            number: Descriptor(found.open_file, found.close_on_exec)
            for number, found in self.of.get(parent, {}).items()
        }

    def execute(self, process: int) -> None:
        """Exec closes what is marked."""
        table = self.of.get(process, {})
        self.of[process] = {number: found for number, found in table.items() if not found.close_on_exec}
