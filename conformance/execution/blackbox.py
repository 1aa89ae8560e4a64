"""A flight recorder that outlives the process it records: one worker writes it, its supervisor reads it.

Layout, little endian: the monotonic deadline of the operation under way in seconds (a double, 0 for none),
the lengths of its name and of the current example, then the name and the example as UTF-8.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from conformance.results.counterexample import encode_value
from conformance.workspace import memory_file_system

_HEADER = struct.Struct("<dII")
_NAME_ROOM = 256
_EXAMPLE_AT = _HEADER.size + _NAME_ROOM
_SIZE = 1 << 20
OPERATION_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Recording:
    """What was under way: the operation, if any, with its deadline; and the example's arguments as JSON."""

    operation: str
    deadline: float
    arguments: Mapping[str, Any]

    @property
    def overdue(self) -> bool:
        """Whether the operation should have returned by now."""
        return bool(self.operation) and 0 < self.deadline < time.clock_gettime(time.CLOCK_MONOTONIC)


class BlackBox:
    """The recorder, over a file that two processes map."""

    def __init__(self, descriptor: int, timeout_scale: float = 1.0) -> None:
        self._descriptor = descriptor
        self._memory = mmap.mmap(descriptor, _SIZE)
        self._limit = OPERATION_SECONDS * timeout_scale

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
        _HEADER.pack_into(self._memory, 0, 0.0, 0, len(text))

    def began(self, operation: str, patience: float) -> None:
        """A call into the backend begins; it may take `patience` times the usual limit."""
        name = operation.encode("utf-8")[:_NAME_ROOM]
        self._memory[_HEADER.size : _HEADER.size + len(name)] = name
        length = _HEADER.unpack_from(self._memory, 0)[2]
        deadline = time.clock_gettime(time.CLOCK_MONOTONIC) + self._limit * patience
        _HEADER.pack_into(self._memory, 0, deadline, len(name), length)

    def ended(self) -> None:
        """The call returned."""
        struct.pack_into("<dI", self._memory, 0, 0.0, 0)

    def read(self) -> Recording:
        """What is under way now."""
        deadline, name, example = _HEADER.unpack_from(self._memory, 0)
        operation = bytes(self._memory[_HEADER.size : _HEADER.size + name]).decode("utf-8", "replace")
        text = bytes(self._memory[_EXAMPLE_AT : _EXAMPLE_AT + example])
        try:
            arguments = json.loads(text or b"{}")
        except ValueError:
            arguments = {}
        return Recording(operation, deadline, arguments)

    def close(self) -> None:
        """Give the memory and the descriptor back."""
        self._memory.close()
        os.close(self._descriptor)
