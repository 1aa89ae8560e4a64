"""The in-memory file system: live objects, open descriptors, and what was asked of the disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from conformance.crash.filesystem.descriptors import OpenFile, Tables
from conformance.crash.filesystem.objects import File, FileObject, Fixed, Folder, Objects
from conformance.crash.filesystem.tree import Link, Tree
from conformance.crash.filesystem.units import Data, Entry, EntryChange, Size, Sync, Unit
from conformance.crash.recording.paths import is_inside, named_descriptor
from conformance.crash.recording.trace import Call

BLOCK = 4096
_MOST_LINKS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path leads: a name in a directory, and what has it (None: nothing)."""

    folder: Folder
    name: str
    node: FileObject | None


class FileSystem:
    """Live state, open descriptors, and the units that the calls so far became."""

    def __init__(self, initial: Tree, root: str = "/") -> None:
        """`initial` is the traced directory before the run, `root` its real path, for absolute links."""
        self.objects = Objects()
        self.objects.plant(initial)
        self.tables = Tables()
        self.units: list[Unit] = []
        self.syncs: list[Sync] = []
        self.mapped: set[int] = set()
        self.unmodelled: dict[str, None] = {}
        self._root = root

    def tree(self) -> Tree:
        """The live state."""
        return self.objects.tree()

    def note_unmodelled(self, reason: str) -> None:
        """Something happened that this model does not cover."""
        self.unmodelled[reason] = None

    # ---- where things are ----

    def open_file(self, call: Call, place: int = 0) -> OpenFile | None:
        """The open file of a descriptor argument; None for one outside the traced directory."""
        return self.tables.get(call.process, number_at(call, place))

    def find(self, process: int, path: str, follow: bool = False) -> Place | None:
        """Where a path leads; None outside the traced directory or below a missing directory."""
        for _ in range(_MOST_LINKS):
            place = self._find_once(process, path)
            if place is None or not follow or not isinstance(place.node, Fixed):
                return place
            if not isinstance(place.node.leaf, Link):
                return place
            path = self._target(path, place.node.leaf)
        return None

    def _find_once(self, process: int, path: str) -> Place | None:
        descriptor = named_descriptor(path)
        if descriptor is not None:
            found = self.tables.get(process, descriptor)
            return Place(self.objects.root, "", found.node) if found else None
        if not is_inside(path):
            return None
        if path == ".":
            return Place(self.objects.root, "", self.objects.root)
        parent, _, name = path.rpartition("/")
        folder = self.objects.folder(parent)
        if folder is None:
            return None
        number = folder.entries.get(name)
        return Place(folder, name, None if number is None else self.objects.nodes[number])

    def _target(self, path: str, link: Link) -> str:
        absolute = os.path.normpath(Path(self._root, path).parent / link.target)
        if absolute == self._root or absolute.startswith(self._root + "/"):
            return os.path.relpath(absolute, self._root)
        return absolute

    # ---- what calls do ----

    def rename_entries(
        self,
        call: Call,
        *changes: EntryChange,
        made: int | None = None,
        source: int | None = None,
        over: bool = False,
    ) -> None:
        """Change names, live and as one unit."""
        for change in changes:
            folder = self.objects.nodes[change.directory]
            assert isinstance(folder, Folder)
            if change.target is None:
                folder.entries.pop(change.name, None)
            else:
                folder.entries[change.name] = change.target
        self.units.append(Entry(len(self.units), *span(call), changes, made, source, over))

    def write(self, call: Call, file: File, offset: int, content: bytes, durable: bool) -> None:
        """Put bytes into a file; a growing end is a unit after its data.

        So is an end that a failed sync spoiled (R7): who writes anew makes the inode anew as well.
        """
        before = len(file.content)
        file.put(offset, content)
        position = 0
        while position < len(content):
            at = offset + position
            part = content[position : position + BLOCK - at % BLOCK]
            self.units.append(
                Data(len(self.units), *span(call), file.number, at, part, at >= before, durable)
            )
            position += len(part)
        if len(file.content) > before or (
            offset + len(content) == before and self._may_have_lost_its_end(file)
        ):
            self._emit_size(call, file, grows=True, durable=durable)

    def _may_have_lost_its_end(self, file: File) -> bool:
        """Whether a sync failed since the file's end moved: bytes written there anew move it anew (R7)."""
        ends = [unit.end for unit in self.units if isinstance(unit, Size) and unit.file == file.number]
        failures = [sync.start for sync in self.syncs if sync.failed and sync.scope in {None, file.number}]
        return bool(ends and failures) and ends[-1] <= failures[-1]

    def resize(self, call: Call, file: File, size: int) -> None:
        """Move a file's end."""
        before = len(file.content)
        if size == before:
            return
        file.resize(size)
        self._emit_size(call, file, grows=size > before, durable=False)

    def _emit_size(self, call: Call, file: File, grows: bool, durable: bool) -> None:
        unit = Size(len(self.units), *span(call), file.number, len(file.content), grows, durable)
        self.units.append(unit)

    def sync(self, call: Call, scope: int | None, failed: bool = False) -> None:
        """Note that a call made something durable, or failed to."""
        self.syncs.append(Sync(*span(call), scope, failed))


Handler = Callable[[FileSystem, Call], None]


def number_at(call: Call, place: int) -> int:
    """An argument that is a number."""
    value = call.arguments[place]
    assert isinstance(value, int), call
    return value


def text_at(call: Call, place: int) -> str:
    """An argument that is text."""
    value = call.arguments[place]
    assert isinstance(value, str), call
    return value


def bytes_at(call: Call, place: int) -> bytes:
    """An argument that is bytes."""
    value = call.arguments[place]
    assert isinstance(value, bytes), call
    return value


def span(call: Call) -> tuple[int, int]:
    """Start and end; a call whose end was never seen ends where it started."""
    return call.start, call.start if call.end is None else call.end
