"""A directory with all below it, as a value."""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory; what is in it are entries of the tree."""


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True, slots=True)
class Special:
    """A socket, a FIFO or a device. It is not built again."""


Leaf: TypeAlias = bytes | Directory | Link | Special
Tree: TypeAlias = frozenset[tuple[str, Leaf]]
DIRECTORY = Directory()


def names_in(tree: Tree) -> frozenset[str]:
    """The paths of a tree, whatever they hold."""
    return frozenset(path for path, _ in tree)


def remains_in(tree: Tree) -> frozenset[tuple[str, bool]]:
    """The paths of a tree, each with whether a file lies there that holds something."""
    return frozenset((path, isinstance(leaf, bytes) and bool(leaf)) for path, leaf in tree)


def below(tree: Tree, directory: str) -> Tree:
    """What lies below a directory of the tree, as a tree of its own."""
    prefix = f"{directory}/"
    return frozenset((path.removeprefix(prefix), leaf) for path, leaf in tree if path.startswith(prefix))


def read_tree(root: Path) -> Tree:
    """What lies below a real directory now, by relative path."""
    return frozenset(_walk(root, ""))


def _walk(directory: Path, prefix: str) -> Iterator[tuple[str, Leaf]]:
    with os.scandir(directory) as entries:
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.is_symlink():
                yield path, Link(str(Path(entry.path).readlink()))
            elif entry.is_dir():
                yield path, DIRECTORY
                yield from _walk(Path(entry.path), f"{path}/")
            elif entry.is_file():
                yield path, Path(entry.path).read_bytes()
            else:
                yield path, Special()


def modes_in(root: Path) -> Mapping[str, int]:
    """The permissions of all files below a real directory that hold something, by relative path."""
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    states = {path.relative_to(root).as_posix(): path.stat() for path in files}
    return {path: stat.S_IMODE(state.st_mode) for path, state in states.items() if state.st_size}


def write_tree(tree: Tree, root: Path) -> None:
    """Build a tree in a directory that exists and is empty."""
    for path, leaf in sorted(tree, key=lambda item: item[0]):
        target = root / path
        if isinstance(leaf, Directory):
            target.mkdir()
        elif isinstance(leaf, Link):
            target.symlink_to(leaf.target)
        elif isinstance(leaf, bytes):
            target.write_bytes(leaf)


def tree_to_json(tree: Tree) -> dict[str, Any]:
    """A tree as a JSON object: by path {"file": base64}, {"link": target}, {"directory"} or {"special"}."""
    return {path: _leaf_to_json(leaf) for path, leaf in sorted(tree, key=lambda item: item[0])}


def _leaf_to_json(leaf: Leaf) -> dict[str, Any]:
    if isinstance(leaf, bytes):
        return {"file": base64.b64encode(leaf).decode("ascii")}
    if isinstance(leaf, Link):
        return {"link": leaf.target}
    return {"directory": True} if isinstance(leaf, Directory) else {"special": True}


def tree_from_json(members: Mapping[str, Any]) -> Tree:
    """Read what `tree_to_json` made. Raises ValueError for bytes that are not base64."""
    return frozenset((path, _leaf_from_json(leaf)) for path, leaf in members.items())


def _leaf_from_json(leaf: Mapping[str, Any]) -> Leaf:
    if "file" in leaf:
        return base64.b64decode(leaf["file"])
    if "link" in leaf:
        return Link(leaf["link"])
    return DIRECTORY if "directory" in leaf else Special()


def differences(expected: Tree, found: Tree, ignoring: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The paths at which two trees differ; the content of files in `ignoring` does not count."""
    left, right = _without_content(expected, ignoring), _without_content(found, ignoring)
    return tuple(sorted(path for path in left.keys() | right.keys() if left.get(path) != right.get(path)))


def _without_content(tree: Tree, ignoring: frozenset[str]) -> Mapping[str, Leaf]:
    return {path: b"" if path in ignoring else leaf for path, leaf in tree}
