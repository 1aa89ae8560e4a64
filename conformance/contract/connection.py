"""The seam between the suite and whatever reaches the backend under test.

The suite speaks to a `Driver` and its `Handle`s; drivers implement them. A handle lets out of an operation
SchedulerPersistenceError (the backend refused, as it may) or BackendFault (it did what no backend may).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from conformance.contract.records import QName, Schedule, SchedulerJobRecord, SystemTime
from conformance.contract.target import Description


class BackendFault(Exception):  # noqa: N818 - a fault of the backend, not an error of the kit
    """The backend broke the interface itself: a foreign exception, a nonsensical answer, a death, a hang."""


class EscapedFault(BackendFault):
    """Something other than SchedulerPersistenceError came out of an operation."""


class NonsenseFault(BackendFault):
    """An operation returned what the interface does not allow."""


class LackingFault(NonsenseFault):
    """The backend declares a capability that it does not offer."""


class DiedFault(BackendFault):
    """The process that holds the backend ended during an operation."""


class TimeoutFault(BackendFault):
    """An operation did not return within its time limit."""


NO_CRASH = "the target offers no crash(), which would kill its server and start it again"


@dataclass(frozen=True, slots=True)
class Statement:
    """A mirror statement; `executor` counts the executors wired to this handle, from 1.

    `document` is what the document held when the statement was sent, where that is known: not over the wire.
    """

    executor: int
    cypher: str
    parameters: Mapping[str, object] | None
    document: bytes | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line that the backend logged. `level` is lower case: debug, info, warning, error, critical."""

    logger: str
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class ChildCommand:
    """How the backend is started as a child that speaks the wire. `environment` is all of the child's.

    `fork_server`, where there is one, is a command that forks such children from one process: with the number
    of a control socket behind it, it speaks as `conformance.adapter.forking` tells. `serve_forks` is the same
    for a target that no command can name: it is called with that number in a fork of this process; `argv` is
    then no command, only a name.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    fork_server: tuple[str, ...] = ()
    serve_forks: Callable[[int], NoReturn] | None = None


class Handle(Protocol):
    """One open backend."""

    def record_scheduled(self, id: QName, schedule: Schedule) -> None: ...
    def record_started(self, id: QName, started_at: SystemTime) -> None: ...
    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None: ...
    def cancel(self, id: QName) -> None: ...
    def load_all(self) -> list[SchedulerJobRecord]: ...

    def spoil_last_load(self) -> None:
        """Put something else into the list that load_all returned last; over a wire there is none."""
        ...

    def flush_checkpoint(self) -> None: ...

    def plant_rows(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Add raw rows (JSON objects, legacy ones too) to the storage (capability planted_rows)."""
        ...

    def wire_mirror(self, *, fail: bool) -> None:
        """Wire one more recording executor, which raises on every statement if `fail` (capability mirror)."""
        ...

    def mirror_statements(self) -> tuple[Statement, ...]:
        """All statements that the executors of this handle have been sent, oldest first."""
        ...

    def mirror_log(self) -> tuple[LogLine, ...]:
        """What the backend logged since this handle was opened."""
        ...

    def close(self) -> None: ...


class Driver(Protocol):
    """How the backend under test is reached."""

    @property
    def description(self) -> Description: ...

    def open(self, data_path: Path) -> Handle:
        """Open a backend; several may be open at once, also on one data path."""
        ...

    def open_by_factory(self, data_path: Path | None) -> tuple[Handle, bool]:
        """What the factory gives, and whether it came with a sink (capability factory)."""
        ...

    def set_clock(self, now: SystemTime | None) -> None:
        """Hold the backend's clock at `now`, or let it go (capability clock)."""
        ...

    def in_time_zone(self, posix_tz: str) -> AbstractContextManager[None]:
        """Give the backend another local time zone for a while. Handles opened before are no longer valid."""
        ...

    def unprivileged(self) -> AbstractContextManager[None]:
        """Run operations without the superuser's right to bypass permissions.

        Raises NotTestableError where that cannot be done.
        """
        ...

    def another_process(self, **environment: str) -> AbstractContextManager[Driver]:
        """A second process that holds the same backend, with these environment variables set.

        Capability processes, or traceable.
        """
        ...

    def said(self) -> str:
        """What the backend's process wrote to its standard error since this was last asked: the end of it."""
        ...

    def crowded(self) -> AbstractContextManager[None]:
        """Bring races about for a while, where several threads call at once (capability threads)."""
        ...

    def few_files(self, more: int) -> AbstractContextManager[None]:
        """Let the backend open no more than about so many files more, for a while, where that can be done."""
        ...

    def crash(self) -> None:
        """Kill the server at once and start it again; returns when it can be reached (capability served).

        Raises NotTestableError where the target offers no crash().
        """
        ...

    def child_command(self) -> ChildCommand:
        """How to start the same backend as a child of one's own (capability traceable)."""
        ...

    def close(self) -> None: ...
