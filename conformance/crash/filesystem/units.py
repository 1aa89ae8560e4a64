"""What a run asked of the disk: units that a power cut may keep or lose, and syncs that force them.

Objects (files, directories, links) are known by number. `start` and `end` are those of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from conformance.crash.filesystem.tree import Leaf, Tree
from conformance.crash.recording.trace import Acknowledgement, Call, Request


@dataclass(frozen=True, slots=True)
class EntryChange:
    """`name` in `directory` leads to `target` now, or nowhere (None)."""

    directory: int
    name: str
    target: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of names, atomic (R6). `over` tells whether it replaced what had the name.

    `made` is the directory that a mkdir made; `source` the object that a rename or link gave a name.
    """

    number: int
    start: int
    end: int
    changes: tuple[EntryChange, ...]
    made: int | None = None
    source: int | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Data:
    """Bytes written into one block of a file. `appended` tells that they lay beyond its end before."""

    number: int
    start: int
    end: int
    file: int
    offset: int
    content: bytes
    appended: bool
    own_sync: bool = False


@dataclass(frozen=True, slots=True)
class Size:
    """The end of a file moved: out to `size`, or back to it (a truncation)."""

    number: int
    start: int
    end: int
    file: int
    size: int
    grows: bool
    own_sync: bool = False


Unit: TypeAlias = Entry | Data | Size


@dataclass(frozen=True, slots=True)
class Sync:
    """A call that makes things durable, `scope` being one object or, None, everything.

    One that failed forces nothing and spoils what it should have forced (R7).
    """

    start: int
    end: int
    scope: int | None
    failed: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """The live state just before the call that starts `at`."""

    at: int
    tree: Tree
    next_call: Call | None


@dataclass(frozen=True, slots=True)
class History:
    """A run as the persistence models see it.

    Object 0 is the traced directory. `directories`, `files` and `leaves` (links and the like) give every
    object's durable content when recording started, empty for those made later. `mapped` are the paths of
    files that the program can change through memory, unseen.
    """

    directories: Mapping[int, Mapping[str, int]]
    files: Mapping[int, bytes]
    leaves: Mapping[int, Leaf]
    units: tuple[Unit, ...]
    syncs: tuple[Sync, ...]
    moments: tuple[Moment, ...]
    calls: tuple[Call, ...]
    spoken: tuple[Request | Acknowledgement, ...]
    mapped: frozenset[str]
    unmodelled: tuple[str, ...]
    end: int

    @property
    def final(self) -> Tree:
        """The live state at the end."""
        return self.moments[-1].tree
