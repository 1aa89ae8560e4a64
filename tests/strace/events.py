"""Makes a trace of what strace wrote. Pure functions."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conformance.crash.recording.calls import (
    ALWAYS_RECORDED,
    AT_FDCWD,
    CLONE_FILES,
    FORMS,
    MAP_SHARED,
    MODELLED_FCNTLS,
    MODELLED_IOCTLS,
    SPAWNS,
    WRITES,
)
from conformance.crash.recording.paths import Locator, descriptor_path, is_inside, named_descriptor
from conformance.crash.recording.talk import Talked
from conformance.crash.recording.trace import (
    Acknowledgement,
    Argument,
    Call,
    Event,
    Executed,
    Request,
    Spawned,
    when,
)
from strace.parse import (
    Half,
    descriptor,
    member,
    number,
    offset,
    quoted_bytes,
    split_arguments,
    vector_bytes,
)

# strace prints one offset where the kernel takes two halves of it.
_FORMS: Mapping[str, tuple[str, ...]] = {
    **FORMS,
    "pwritev2": ("fd", "iov", "count", "int", "int"),
    "preadv2": ("fd", "room", "int", "int", "int"),
}
_PLACES_A_LINE = 4  # a line may hold a spawn, a call's entry, its end and what follows an acknowledgement


@dataclass(slots=True)
class _Known:
    """What the log has told so far: table and thread numbers by thread id, open calls, output."""

    processes: dict[int, int] = field(default_factory=dict)
    threads: dict[int, int] = field(default_factory=dict)
    entered: dict[int, int] = field(default_factory=dict)
    output: bytes = b""
    answers: int = 0
    directories: dict[int, str] = field(default_factory=dict)


class LogReader:
    """Reads one log of a child that was talked to and started in `cwd`."""

    def __init__(self, locator: Locator, talked: Talked, cwd: str) -> None:
        self._locator = locator
        self._talked = talked
        self._known = _Known()
        self._known.directories[0] = cwd

    def events(self, halves: Sequence[Half]) -> tuple[Event, ...]:
        """All events, ordered."""
        parents = _parents(halves)
        found = [Request(0, line) for before, line in self._talked.requests if before == 0]
        events: list[Event] = list(found)
        for half in halves:
            at = (half.number + 1) * _PLACES_A_LINE
            events += self._introduced(half.tid, parents, at)
            events += self._happened(half, at + 1)
        return tuple(sorted(events, key=when))

    def _introduced(self, tid: int, parents: Mapping[int, tuple[int, int]], at: int) -> Iterator[Event]:
        """The first sight of a thread."""
        known = self._known
        if tid in known.threads:
            return
        known.threads[tid] = len(known.threads)
        parent, flags = parents.get(tid, (tid, 0))
        inherited = known.processes.get(parent)
        if inherited is None:
            known.processes[tid] = 0
        elif flags & CLONE_FILES:
            known.processes[tid] = inherited
        else:
            known.processes[tid] = max(known.processes.values()) + 1
            known.directories[known.processes[tid]] = known.directories[inherited]
            yield Spawned(at, known.processes[tid], inherited)

    def _happened(self, half: Half, at: int) -> Iterator[Event]:
        if half.entered:
            self._known.entered[half.tid] = at
        if not half.returned:
            return
        start = self._known.entered.pop(half.tid, at)
        end = at + 1
        if half.name.startswith("exec") and half.result == 0:
            yield Executed(end, self._known.processes[half.tid])
        elif half.name in ("chdir", "fchdir") and half.result == 0:
            self._change_directory(half)
        elif half.name in _FORMS:
            yield from self._called(half, start, end)

    def _change_directory(self, half: Half) -> None:
        directories, process = self._known.directories, self._known.processes[half.tid]
        argument = split_arguments(half.arguments)[0]
        to = _text(argument) if half.name == "chdir" else descriptor(argument)[1]
        directories[process] = str(Path(directories[process], to))

    def _called(self, half: Half, start: int, end: int) -> Iterator[Event]:
        arguments = split_arguments(half.arguments)
        if half.name in WRITES and descriptor(arguments[0])[1] == self._talked.output_link:
            yield from self._said(half, arguments, end)
        elif self._touches(half, arguments):
            yield Call(
                name=half.name,
                arguments=tuple(self._recorded(half, arguments)),
                result=half.result,
                errno=getattr(errno, half.error, 0),
                start=start,
                end=None if half.result is None else end,
                process=self._known.processes[half.tid],
                thread=self._known.threads[half.tid],
            )

    def _said(self, half: Half, arguments: Sequence[str], at: int) -> Iterator[Event]:
        content = _content(_FORMS[half.name][1], arguments[1])[: max(0, half.result or 0)]
        *lines, self._known.output = (self._known.output + content).split(b"\n")
        for line in lines:
            yield Acknowledgement(at, line.decode("utf-8", "surrogateescape"))
            self._known.answers += 1
            for before, request in self._talked.requests:
                if before == self._known.answers:
                    yield Request(at + 1, request)

    # ---- arguments ----

    def _touches(self, half: Half, arguments: Sequence[str]) -> bool:
        name = half.name
        if name in ALWAYS_RECORDED:
            return True
        if name == "fcntl" and number(arguments[1]) not in MODELLED_FCNTLS:
            return False
        if name == "ioctl" and number(arguments[1]) not in MODELLED_IOCTLS:
            return False
        if name == "mmap" and not number(arguments[3]) & MAP_SHARED:
            return False
        return name == "close_range" or any(
            self._is_inside(half, kind, place, arguments) for place, kind in enumerate(_FORMS[name])
        )

    def _is_inside(self, half: Half, kind: str, place: int, arguments: Sequence[str]) -> bool:
        if place >= len(arguments):
            return False
        if kind == "fd":
            return self._locator.spell_target(descriptor(arguments[place])[1]) is not None
        if kind != "path":
            return False
        path = self._path(half, place, arguments)
        # Through a descriptor the file may be inside: the model knows which descriptors are.
        return is_inside(path) or named_descriptor(path) is not None

    def _path(self, half: Half, place: int, arguments: Sequence[str]) -> str:
        base, directory = AT_FDCWD, self._known.directories[self._known.processes[half.tid]]
        if place and not arguments[place - 1].startswith('"'):
            base, at = descriptor(arguments[place - 1])
            directory = at or directory
        text = _text(arguments[place])
        if not text and base != AT_FDCWD:
            inside = self._locator.spell_target(directory) is not None
            return descriptor_path(base) if inside else f"/{directory}"
        return self._locator.locate(directory, text)

    def _recorded(self, half: Half, arguments: Sequence[str]) -> Iterator[Argument]:
        for place, kind in enumerate(_FORMS[half.name]):
            text = arguments[place] if place < len(arguments) else "0"
            if kind == "path":
                yield self._path(half, place, arguments)
            elif kind == "fd":
                yield descriptor(text)[0]
            elif kind == "int":
                yield number(text)
            elif kind in ("data", "iov"):
                yield _content(kind, text)
            elif kind == "text":
                yield _text(text)
            elif kind == "offset":
                yield offset(text)
            elif kind == "how":
                yield member(text, "flags")
                yield member(text, "mode")


def _text(argument: str) -> str:
    return (quoted_bytes(argument) or b"").decode("utf-8", "surrogateescape")


def _content(kind: str, argument: str) -> bytes:
    return quoted_bytes(argument) or b"" if kind == "data" else vector_bytes(argument)


def _parents(halves: Sequence[Half]) -> Mapping[int, tuple[int, int]]:
    """Who started which thread, with the flags of its clone; a child may speak before its parent returns."""
    return {
        half.result: (half.tid, member(half.arguments, "flags"))
        for half in halves
        if half.name in SPAWNS and half.returned and half.result is not None and half.result > 0
    }
