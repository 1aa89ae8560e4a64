"""Traces written by hand."""

from __future__ import annotations

import os
from typing import Self

from conformance.crash.filesystem.history import history_of
from conformance.crash.filesystem.tree import Tree
from conformance.crash.filesystem.units import History
from conformance.crash.recording.trace import Acknowledgement, Argument, Call, Event, Request, Trace

CREATE = os.O_CREAT | os.O_WRONLY | os.O_TRUNC


class Script:
    """Builds a trace call by call; every event gets the next places."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._place = 0

    def call(self, name: str, *arguments: Argument, result: int = 0, errno: int = 0) -> Self:
        self._place += 2
        self._events.append(
            Call(name, arguments, -1 if errno else result, errno, self._place - 1, self._place)
        )
        return self

    def request(self, line: str) -> Self:
        self._place += 1
        self._events.append(Request(self._place, line))
        return self

    def acknowledge(self, line: str = "ok") -> Self:
        self._place += 1
        self._events.append(Acknowledgement(self._place, line))
        return self

    def write_file(self, path: str, content: bytes, flags: int = CREATE) -> Self:
        """Open as descriptor 3 and write; it stays open."""
        return self.call("openat", path, flags, 0o600, result=3).call(
            "write", 3, content, result=len(content)
        )

    def sync(self, errno: int = 0) -> Self:
        return self.call("fsync", 3, errno=errno)

    def close(self) -> Self:
        return self.call("close", 3)

    def rename(self, old: str, new: str) -> Self:
        return self.call("rename", old, new)

    def sync_directory(self, path: str = ".", errno: int = 0) -> Self:
        self.call("openat", path, os.O_RDONLY, 0, result=3)
        return self.sync(errno).close()

    def trace(self) -> Trace:
        return Trace(tuple(self._events), "hand")

    def history(self, initial: Tree = frozenset()) -> History:
        return history_of(self.trace(), initial)


def right_protocol(content: bytes, temporary: str = "tmp", document: str = "doc") -> Script:
    """Write a temporary file, sync it, rename it, sync the directory, answer."""
    script = Script().write_file(temporary, content).sync().close()
    return script.rename(temporary, document).sync_directory().acknowledge()
