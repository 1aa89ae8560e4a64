"""Reads the arguments of a traced thread's calls, and tells which calls touch the traced directory."""

# These run at every system call of the child, where Path objects cost too much.
# ruff: noqa: PTH115, PTH208
from __future__ import annotations

import os

from conformance.crash.recording.calls import (
    ALWAYS_RECORDED,
    AT_FDCWD,
    FORMS,
    MAP_SHARED,
    MODELLED_FCNTLS,
    MODELLED_IOCTLS,
)
from conformance.crash.recording.memory import Memory, signed
from conformance.crash.recording.paths import Locator, descriptor_path, is_inside, named_descriptor
from conformance.crash.recording.trace import Argument

Raw = tuple[int, ...]


class ArgumentReader:
    """Reads arguments as traces spell them, while the thread is stopped at the call's entry."""

    def __init__(self, locator: Locator) -> None:
        self._locator = locator

    def read(self, tid: int, memory: Memory, name: str, raw: Raw) -> tuple[Argument, ...] | None:
        """The arguments of a call that touches the traced directory; None for one that does not."""
        if not _may_matter(name, raw):
            return None
        try:
            paths = self._paths(tid, memory, name, raw)
            if name not in ALWAYS_RECORDED and not self._touches(tid, name, raw, paths):
                return None
            return _spelled(memory, name, raw, paths)
        except OSError:
            return None  # a pointer that leads nowhere: the kernel answers EFAULT

    def holds(self, tid: int, descriptor: int) -> bool:
        """Whether a descriptor is open on something in the traced directory."""
        return self._locator.spell_target(link_of(tid, descriptor)) is not None

    def _touches(self, tid: int, name: str, raw: Raw, paths: dict[int, str]) -> bool:
        if name == "close_range":
            last = min(raw[1], 0x7FFFFFFF)
            return any(raw[0] <= number <= last and self.holds(tid, number) for number in _open(tid))
        for path in paths.values():
            descriptor = named_descriptor(path)
            if is_inside(path) if descriptor is None else self.holds(tid, descriptor):
                return True
        return any(
            kind == "fd" and self.holds(tid, signed(value, 32))
            for kind, value in zip(FORMS[name], raw, strict=False)
        )

    def _paths(self, tid: int, memory: Memory, name: str, raw: Raw) -> dict[int, str]:
        """The path arguments by their place in the form."""
        form = FORMS[name]
        return {
            place: self._path(tid, memory, raw[place], _base_of(form, raw, place))
            for place, kind in enumerate(form)
            if kind == "path"
        }

    def _path(self, tid: int, memory: Memory, address: int, base: int) -> str:
        text = memory.text(address) if address else ""
        if not text and base != AT_FDCWD:
            return descriptor_path(base)
        if text.startswith("/"):
            return self._locator.locate("/", text)
        directory = f"/proc/{tid}/cwd" if base == AT_FDCWD else f"/proc/{tid}/fd/{base}"
        return self._locator.locate(os.readlink(directory), text)


def link_of(tid: int, descriptor: int) -> str:
    """Where a descriptor points, as /proc tells; empty when it is not open."""
    try:
        return os.readlink(f"/proc/{tid}/fd/{descriptor}")
    except OSError:
        return ""


def _may_matter(name: str, raw: Raw) -> bool:
    """Sorts out, before anything is looked up, the variants of a call that no model needs."""
    if name == "fcntl":
        return raw[1] in MODELLED_FCNTLS
    if name == "ioctl":
        return raw[1] in MODELLED_IOCTLS
    if name == "mmap":
        return bool(raw[3] & MAP_SHARED)
    return True


def _base_of(form: tuple[str, ...], raw: Raw, place: int) -> int:
    return signed(raw[place - 1], 32) if place and form[place - 1] == "at" else AT_FDCWD


def _open(tid: int) -> list[int]:
    return [int(name) for name in os.listdir(f"/proc/{tid}/fd")]


def _spelled(memory: Memory, name: str, raw: Raw, paths: dict[int, str]) -> tuple[Argument, ...]:
    found: list[Argument] = []
    for place, kind in enumerate(FORMS[name]):
        value = raw[place]
        if kind == "path":
            found.append(paths[place])
        elif kind == "fd":
            found.append(signed(value, 32))
        elif kind == "int":
            found.append(signed(value))
        elif kind == "data":
            found.append(memory.read(value, raw[place + 1]))
        elif kind == "iov":
            found.append(memory.gather(value, raw[place + 1]))
        elif kind == "text":
            found.append(memory.text(value))
        elif kind == "offset":
            found.append(memory.word(value) if value else None)
        elif kind == "how":
            found.extend((memory.word(value), memory.word(value + 8)))
    return tuple(found)
