"""What the tracer remembers of a traced thread."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.crash.recording.memory import Memory
from conformance.crash.recording.trace import Argument


@dataclass(slots=True)
class Entered:
    """A call that a thread is in.

    `fail_with` is the errno it shall fail with, `lowered` memory to restore when it returns.
    """

    name: str
    raw: tuple[int, ...]
    arguments: tuple[Argument, ...] | None = None
    start: int = 0
    fail_with: int = 0
    injected: bool = False
    to_output: bool = False
    lowered: tuple[int, bytes] | None = None


@dataclass(slots=True)
class Tracee:
    """A traced thread. `number` counts threads, `process` tables of descriptors."""

    tid: int
    number: int
    process: int
    entered: Entered | None = None
    spawn_flags: int = 0
    opened: Memory | None = None

    @property
    def memory(self) -> Memory:
        """Its memory, opened once and again after exec."""
        if self.opened is None:
            self.opened = Memory(self.tid)
        return self.opened

    def forget_memory(self) -> None:
        """Close what `memory` opened."""
        if self.opened is not None:
            self.opened.close()
            self.opened = None
