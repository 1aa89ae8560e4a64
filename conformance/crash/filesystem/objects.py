"""The live objects of the in-memory file system."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from conformance.crash.filesystem.tree import DIRECTORY, Directory, Leaf, Link, Special, Tree


@dataclass(slots=True)
class File:
    """A regular file. `frozen` is its content as a value, remade only after a change."""

    number: int
    content: bytearray = field(default_factory=bytearray)
    frozen: bytes | None = b""

    def value(self) -> bytes:
        """The content as it is now."""
        if self.frozen is None:
            self.frozen = bytes(self.content)
        return self.frozen

    def put(self, offset: int, content: bytes) -> None:
        """Write bytes; a hole before them reads as zeros."""
        self.frozen = None
        if len(self.content) < offset:
            self.content.extend(bytes(offset - len(self.content)))
        self.content[offset : offset + len(content)] = content

    def resize(self, size: int) -> None:
        """Cut off, or add zeros."""
        self.frozen = None
        if size < len(self.content):
            del self.content[size:]
        else:
            self.content.extend(bytes(size - len(self.content)))


@dataclass(slots=True)
class Folder:
    """A directory: names of objects."""

    number: int
    entries: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A symbolic link or a special file: it never changes."""

    number: int
    leaf: Link | Special


FileObject: TypeAlias = File | Folder | Fixed


class Objects:
    """All objects, by number. Number 0 is the traced directory."""

    def __init__(self) -> None:
        self.nodes: dict[int, FileObject] = {0: Folder(0)}

    @property
    def root(self) -> Folder:
        """The traced directory."""
        root = self.nodes[0]
        assert isinstance(root, Folder)
        return root

    def new_file(self, content: bytes = b"") -> File:
        """A file without a name."""
        file = File(len(self.nodes), bytearray(content), content)
        self.nodes[file.number] = file
        return file

    def new_folder(self) -> Folder:
        """A directory without a name."""
        folder = Folder(len(self.nodes))
        self.nodes[folder.number] = folder
        return folder

    def new_fixed(self, leaf: Link | Special) -> Fixed:
        """A link or special file without a name."""
        fixed = Fixed(len(self.nodes), leaf)
        self.nodes[fixed.number] = fixed
        return fixed

    def plant(self, tree: Tree) -> None:
        """Put a tree into the root."""
        for path, leaf in sorted(tree, key=lambda item: item[0]):
            parent, _, name = path.rpartition("/")
            folder = self.folder(parent)
            assert folder is not None
            folder.entries[name] = self._planted(leaf).number

    def _planted(self, leaf: Leaf) -> FileObject:
        if isinstance(leaf, bytes):
            return self.new_file(leaf)
        return self.new_folder() if isinstance(leaf, Directory) else self.new_fixed(leaf)

    def folder(self, path: str) -> Folder | None:
        """The directory at a path without links, or None."""
        node: FileObject = self.root
        for name in (part for part in path.split("/") if part and part != "."):
            number = node.entries.get(name) if isinstance(node, Folder) else None
            if number is None:
                return None
            node = self.nodes[number]
        return node if isinstance(node, Folder) else None

    def tree(self) -> Tree:
        """What lies below the root, as a value."""
        found: list[tuple[str, Leaf]] = []
        self._collect(self.root, "", found)
        return frozenset(found)

    def _collect(self, folder: Folder, prefix: str, found: list[tuple[str, Leaf]]) -> None:
        for name, number in folder.entries.items():
            node = self.nodes[number]
            if isinstance(node, Folder):
                found.append((prefix + name, DIRECTORY))
                self._collect(node, f"{prefix}{name}/", found)
            else:
                found.append((prefix + name, node.value() if isinstance(node, File) else node.leaf))

    def paths_of(self, numbers: set[int]) -> frozenset[str]:
        """The names under which objects can be found now."""
        found: set[str] = set()
        stack: list[tuple[str, Folder]] = [("", self.root)]
        while stack:
            prefix, folder = stack.pop()
            for name, number in folder.entries.items():
                node = self.nodes[number]
                if number in numbers:
                    found.add(prefix + name)
                if isinstance(node, Folder):
                    stack.append((f"{prefix}{name}/", node))
        return frozenset(found)

    def folders(self) -> dict[int, dict[str, int]]:
        """The entries of all directories now, by number."""
        return {n.number: dict(n.entries) for n in self.nodes.values() if isinstance(n, Folder)}

    def files(self) -> dict[int, bytes]:
        """The bytes of all files now, by number."""
        return {n.number: n.value() for n in self.nodes.values() if isinstance(n, File)}
