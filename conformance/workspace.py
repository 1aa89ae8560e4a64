"""Data paths: the directories that the kit hands to a backend, and what it reads and plants there.

They lie on a memory file system where there is one, because a durable write costs far less there; a check
that is about the disk says so.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SYSTEM_DIRECTORY = "_system"
DOCUMENT_NAME = "background_jobs.json"
_A_SECOND_NS = 1_000_000_000


def memory_file_system() -> Path | None:
    """A directory on a memory file system, where there is one."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK | os.X_OK) else None


@dataclass(frozen=True, slots=True)
class FileState:
    """What a path is: its kind (file, directory, link, other), permission bits and, for a file, its bytes.

    For a link `content` is where it points.
    """

    kind: str
    mode: int
    content: bytes

    def __str__(self) -> str:
        return f"{self.kind} of mode {self.mode:04o}, {self.content!r}"


@dataclass(frozen=True, slots=True)
class DataPath:
    """One data path, and the document in it."""

    path: Path

    @property
    def system(self) -> Path:
        """The directory that holds the document."""
        return self.path / SYSTEM_DIRECTORY

    @property
    def document(self) -> Path:
        """Where the document is."""
        return self.system / DOCUMENT_NAME

    def read_document(self) -> bytes | None:
        """The document's bytes; None where there is none."""
        try:
            return self.document.read_bytes()
        except FileNotFoundError:
            return None

    def write_document(self, content: bytes) -> None:
        """Put a document in place, making _system where it is missing."""
        self.system.mkdir(exist_ok=True)
        self.document.write_bytes(content)

    def replace_document(self, content: bytes, *, moved: bool) -> None:
        """Put another document in the old one's place: write over it, or move a new file there.

        By its time stamp it is a second younger, so that who goes by that has a chance.
        """
        if not self.document.exists():
            self.write_document(content)
            return
        modified = self.document.stat().st_mtime_ns + _A_SECOND_NS
        written = self.path / "another document" if moved else self.document
        written.write_bytes(content)
        os.utime(written, ns=(modified, modified))
        if moved:
            written.rename(self.document)

    def snapshot(self) -> Mapping[str, FileState]:
        """All that lies below the data path, by relative path."""
        found = {}
        for parent, directories, files in os.walk(self.path):
            for name in (*directories, *files):
                path = Path(parent, name)
                found[str(path.relative_to(self.path))] = _state(path)
        return found

    def files(self) -> Mapping[str, FileState]:
        """All that lies below the data path, without the directories."""
        return {name: state for name, state in self.snapshot().items() if state.kind != "directory"}


def _state(path: Path) -> FileState:
    status = path.lstat()
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return FileState("link", mode, os.fsencode(path.readlink()))
    if stat.S_ISDIR(status.st_mode):
        return FileState("directory", mode, b"")
    if stat.S_ISREG(status.st_mode):
        return FileState("file", mode, path.read_bytes())
    return FileState("other", mode, b"")


class Workspace:
    """Makes fresh data paths and removes them again. Not for several threads."""

    def __init__(self, parent: Path | None = None) -> None:
        home = parent or memory_file_system()
        self._root = Path(tempfile.mkdtemp(prefix="sidecar-conformance-", dir=home))
        self._made = 0

    def fresh(self, ending: str = "") -> DataPath:
        """A new, empty data path, whose name ends so. It lasts as long as the workspace."""
        self._made += 1
        path = self._root / f"data-{self._made}{ending}"
        path.mkdir()
        return DataPath(path)

    @contextmanager
    def lend(self, ending: str = "") -> Iterator[DataPath]:
        """A fresh data path that is removed, with all below it, when it is given back."""
        data = self.fresh(ending)
        try:
            yield data
        finally:
            shutil.rmtree(data.path, ignore_errors=True)

    def close(self) -> None:
        """Remove everything."""
        shutil.rmtree(self._root, ignore_errors=True)
