"""A flight recorder that outlives the process it records: one worker writes it, its supervisor reads it.

Layout, little endian: the monotonic deadline of the operation under way in seconds (a double, 0 for none),
the lengths of the name of that operation, or else of the last one, of the current example and of its story,
how often anything was written; a byte that tells whether an operation returned in two processes; then the
name, the story and the example as UTF-8.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from time import CLOCK_MONOTONIC, clock_gettime  # by name: a backend may replace what `time` holds
from typing import Any, NoReturn, Self

from conformance.results.counterexample import encode_value
from conformance.workspace import memory_file_system

_HEADER = struct.Struct("<dIIIQ")
_TWICE_AT = _HEADER.size
_NAME_AT = _TWICE_AT + 1
_NAME_ROOM = 256
_STORY_AT = _NAME_AT + _NAME_ROOM
_STORY_ROOM = 1 << 15
_LONGEST_LINE = 1 << 13
_LEFT_OUT = b"...\n"
_EXAMPLE_AT = _STORY_AT + _STORY_ROOM
_SIZE = 1 << 20
OPERATION_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class BoxRecord:
    """The operation under way, with its deadline, or the last one; and the example's arguments as JSON.

    `story` tells what was done in the example, a line a step, that operation included; of a very long one
    only the end is kept. `changes` counts what was written: while it grows, the worker lives. `twice` tells
    that an operation returned in two processes.
    """

    operation: str
    deadline: float
    arguments: Mapping[str, Any]
    story: tuple[str, ...] = ()
    changes: int = 0
    twice: bool = False

    @property
    def under_way(self) -> bool:
        """Whether the operation has not returned."""
        return bool(self.operation) and self.deadline > 0

    @property
    def overdue(self) -> bool:
        """Whether the operation should have returned by now."""
        return self.under_way and self.deadline < clock_gettime(CLOCK_MONOTONIC)


class BlackBox:
    """The recorder, over a file that two processes map."""

    def __init__(self, descriptor: int, timeout_scale: float = 1.0) -> None:
        self._descriptor = descriptor
        self._memory = mmap.mmap(descriptor, _SIZE)
        self._limit = OPERATION_SECONDS * timeout_scale
        self._owner = os.getpid()
        self._name_length = self._example_length = self._story_length = self._changes = 0

    @classmethod
    def make(cls) -> Self:
        """A new recorder. Its file has no name; hand its descriptor to the worker."""
        with tempfile.TemporaryFile(dir=memory_file_system()) as file:
            file.truncate(_SIZE)
            return cls(os.dup(file.fileno()))

    @property
    def descriptor(self) -> int:
        """The file's descriptor."""
        return self._descriptor

    def example(self, arguments: Mapping[str, Any]) -> None:
        """A new example begins."""
        form = {name: encode_value(value) for name, value in arguments.items()}
        text = json.dumps(form).encode("utf-8")
        if len(text) > _SIZE - _EXAMPLE_AT:
            text = b"{}"
        self._memory[_EXAMPLE_AT : _EXAMPLE_AT + len(text)] = text
        self._example_length = len(text)
        self._story_length = 0
        self._write(0.0)

    def told(self, step: object) -> None:
        """A line of the example's story: an operation that is about to begin, or something else done."""
        line = str(step).replace("\n", " ").encode("utf-8", "replace")[:_LONGEST_LINE] + b"\n"
        if self._story_length + len(line) > _STORY_ROOM:
            self._story_length, line = 0, _LEFT_OUT + line
        start = _STORY_AT + self._story_length
        self._memory[start : start + len(line)] = line
        self._story_length += len(line)

    def began(self, operation: str, patience: float) -> None:
        """A call into the backend begins; it may take `patience` times the usual limit."""
        name = operation.encode("utf-8")[:_NAME_ROOM]
        self._memory[_NAME_AT : _NAME_AT + len(name)] = name
        self._name_length = len(name)
        self._write(clock_gettime(CLOCK_MONOTONIC) + self._limit * patience)

    def ended(self) -> None:
        """The call returned."""
        self._write(0.0)

    def read(self) -> BoxRecord:
        """What is under way now."""
        deadline, name, example, story, changes = _HEADER.unpack_from(self._memory, 0)
        operation = bytes(self._memory[_NAME_AT : _NAME_AT + name]).decode("utf-8", "replace")
        text = bytes(self._memory[_EXAMPLE_AT : _EXAMPLE_AT + example])
        try:
            arguments = json.loads(text or b"{}")
        except ValueError:
            arguments = {}
        told = bytes(self._memory[_STORY_AT : _STORY_AT + story]).decode("utf-8", "replace")
        lines = tuple(told.split("\n")[:-1])
        return BoxRecord(operation, deadline, arguments, lines, changes, bool(self._memory[_TWICE_AT]))

    def close(self) -> None:
        """Give the memory and the descriptor back."""
        self._memory.close()
        os.close(self._descriptor)

    def _write(self, deadline: float) -> None:
        if os.getpid() != self._owner:
            self._leave()
        self._changes += 1
        lengths = (self._name_length, self._example_length, self._story_length)
        _HEADER.pack_into(self._memory, 0, deadline, *lengths, self._changes)

    def _leave(self) -> NoReturn:
        """End a process that a backend forked and that came back from the backend into the kit."""
        self._memory[_TWICE_AT] = 1
        os._exit(0)
