"""Reaches a Python backend in this process."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.contract.connection import (
    NO_CRASH,
    ChildCommand,
    LackingFault,
    LogLine,
    NonsenseFault,
    Statement,
)
from conformance.contract.records import QName, Schedule, SchedulerJobRecord, SystemTime
from conformance.contract.target import Description, describe
from conformance.drivers.descriptors import highest_in_use, limited
from conformance.drivers.spawning import python_child, serve_command, serve_environment
from conformance.drivers.surroundings import local_time_zone, without_superuser
from conformance.errors import NotTestableError
from conformance.hosting.anew import instant_made_anew, name_made_anew, quoted, schedule_made_anew
from conformance.hosting.clock import HeldClock
from conformance.hosting.guard import call_backend, checked_records
from conformance.hosting.loading import Opener, load_target, name_of, spelling_of
from conformance.hosting.mirror import LogCapture, MirrorRecord, packages_of
from conformance.hosting.turns import Turns

if TYPE_CHECKING:
    from conformance.drivers.command import CommandDriver

_STRANGER = SchedulerJobRecord(QName("kit", "stranger"))


class InProcessHandle:
    """One open backend in this process; several threads may call it at once, no lock is taken."""

    def __init__(self, driver: InProcessDriver, backend: Any, sink: Any, data_path: Path | None) -> None:
        self._driver = driver
        self._backend = backend
        self._sink = sink
        self._mirror = MirrorRecord(data_path)
        self._first_line = driver.log.mark()
        self._last_log: tuple[LogLine, ...] | None = None
        self._last_load: object = None

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        self._call_optional("record_scheduled", name_made_anew(id), schedule_made_anew(schedule))

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self._call("record_started", name_made_anew(id), instant_made_anew(started_at))

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        at = instant_made_anew(finished_at)
        self._call("record_finished", name_made_anew(id), at, success)

    def cancel(self, id: QName) -> None:
        self._call("cancel", name_made_anew(id))

    def load_all(self) -> list[SchedulerJobRecord]:
        self._last_load = self._call("load_all")
        return call_backend("load_all", checked_records, self._last_load)

    def spoil_last_load(self) -> None:
        if isinstance(self._last_load, list):
            list.__setitem__(self._last_load, slice(None), [_STRANGER])

    def flush_checkpoint(self) -> None:
        self._call_optional("flush_checkpoint")

    def plant_rows(self, rows: Sequence[Mapping[str, object]]) -> None:
        if self._found("plant_rows") is None:
            raise LackingFault("the backend declares planted_rows and has no method plant_rows")
        self._call("plant_rows", copy.deepcopy([dict(row) for row in rows]))

    def wire_mirror(self, *, fail: bool) -> None:
        sink = self._sink if self._sink is not None else self._found("cypher_sink")
        if sink is None:
            raise LackingFault("the backend declares mirror and has no cypher_sink")
        wire = call_backend("set_host_executor", getattr, sink, "set_host_executor", None)
        if wire is None:
            raise NonsenseFault(f"cypher_sink is {quoted(sink)}; it must have set_host_executor(executor)")
        call_backend("set_host_executor", wire, self._mirror.new_executor(fail=fail))

    def stop_mirror_record(self) -> None:
        """Record no more statements on this handle."""
        self._mirror.stop()

    def mirror_statements(self) -> tuple[Statement, ...]:
        return self._mirror.statements()

    def mirror_log(self) -> tuple[LogLine, ...]:
        if self._last_log is not None:
            return self._last_log
        return self._driver.log.since(self._first_line)

    @property
    def crash(self) -> Any:
        """The backend's own method crash, where it has one."""
        return self._found("crash")

    def close(self) -> None:
        if self._last_log is not None:
            return
        try:
            self._call_optional("close")
        finally:
            self._last_log = self.mirror_log()
            self._driver.forget(self)

    def _call(self, operation: str, *arguments: object) -> Any:
        method = self._found(operation)
        if method is None:
            raise NonsenseFault(f"the backend, {type(self._backend).__name__}, has no method {operation}")
        return self._driver.take(operation, method, *arguments)

    def _found(self, name: str) -> Any:
        return call_backend(name, getattr, self._backend, name, None)

    def _call_optional(self, operation: str, *arguments: object) -> None:
        method = self._found(operation)
        if method is not None:
            self._driver.take(operation, method, *arguments)


class InProcessDriver:
    """Calls a target here. It is spelled, and imported, or it is the callable itself.

    Raises TargetUnreachableError when there is no such target.
    """

    def __init__(self, target: str | Opener, description: Description | None = None) -> None:
        if isinstance(target, str):
            self._spelling: str | None = target
            self._opener, name = load_target(target), target
        else:
            self._spelling = spelling_of(target)
            self._opener, name = target, self._spelling or name_of(target)
        self._description = description or describe(self._opener, name)
        self._clock = HeldClock()
        self._now: SystemTime | None = None
        self._ceiling: int | None = None
        self._handles: set[InProcessHandle] = set()
        self.log = LogCapture()
        self.turns = Turns()

    @property
    def description(self) -> Description:
        """What the target says of itself."""
        return self._description

    def open(self, data_path: Path) -> InProcessHandle:
        """Open a backend. Raises what the target's call raises, as an operation does."""
        return self._adopt(call_backend("open", self._opener, data_path), None, data_path)

    def open_by_factory(self, data_path: Path | None) -> tuple[InProcessHandle, bool]:
        """What the factory gives, and whether it came with a sink."""
        if self._description.factory is None:
            raise LackingFault("the backend declares factory and names none: @target(factory=...)")
        made = call_backend("factory", self._description.factory, data_path)
        if not isinstance(made, tuple) or len(made) != 2:
            raise NonsenseFault(
                f"the factory returned {quoted(made)}; it must return (backend, sink or None)"
            )
        backend, sink = made
        return self._adopt(backend, sink, data_path), sink is not None

    def set_clock(self, now: SystemTime | None) -> None:
        """Hold this process's clock at `now`, or let it go. Raises KitError for what cannot be held."""
        if now is None:
            self._clock.release()
        else:
            self._clock.hold(now)
        self._now = now

    @contextmanager
    def in_time_zone(self, posix_tz: str) -> Iterator[None]:
        """Give this process another local time zone for a while."""
        try:
            with local_time_zone(posix_tz):
                self._hold_again()
                yield
        finally:
            self._hold_again()

    def unprivileged(self) -> AbstractContextManager[None]:
        """Take the superuser's right to bypass permissions from the calling thread for a while."""
        return without_superuser()

    @contextmanager
    def another_process(self, **environment: str) -> Iterator[CommandDriver]:
        """A second process that serves the same target, with the same clock.

        Raises NotTestableError for a callable that no other process can import.
        """
        from conformance.drivers.command import CommandDriver

        driver = CommandDriver(serve_command(self._named()), environment=serve_environment() | environment)
        try:
            driver.set_clock(self._now)
            yield driver
        finally:
            driver.close()

    def said(self) -> str:
        """Nothing: what a backend writes in this process cannot be told from what others do."""
        return ""

    def crowded(self) -> AbstractContextManager[None]:
        """Bring races about between threads for a while."""
        return self.turns.crowded()

    @contextmanager
    def few_files(self, more: int) -> Iterator[None]:
        """Leave the backend's calls room for so many files more; what the kit opens does not count."""
        highest = highest_in_use(os.getpid())
        self._ceiling = None if highest is None else highest + more
        try:
            yield
        finally:
            self._ceiling = None

    def take(self, operation: str, method: Callable[..., Any], *arguments: object) -> Any:
        """Call into a backend that is open."""
        if self._ceiling is None:
            return self.turns.take(call_backend, operation, method, *arguments)
        with limited(os.getpid(), self._ceiling):
            return self.turns.take(call_backend, operation, method, *arguments)

    def crash(self) -> None:
        """Kill the server and start it again. Raises NotTestableError where the target does not say how."""
        offered = [self._description.crash, getattr(self._opener, "crash", None)]
        offered += [handle.crash for handle in self._handles]
        crash = next(filter(callable, offered), None)
        if crash is None:
            raise NotTestableError(NO_CRASH)
        call_backend("crash", crash)

    def child_command(self) -> ChildCommand:
        """The command that serves the same target.

        Raises NotTestableError for a callable that no other process can import.
        """
        return python_child(self._named())

    def _named(self) -> str:
        if self._spelling is None:
            raise NotTestableError(
                f"no other process can import {name_of(self._opener)}: "
                f"define it at the top of a module, so that module:attribute names it"
            )
        return self._spelling

    def close(self) -> None:
        """Close what is open, let the clock go, give the loggers their levels back."""
        self._clock.release()
        for handle in list(self._handles):
            handle.close()
        self.log.stop()

    def forget(self, handle: InProcessHandle) -> None:
        """Take a handle out of those that are open; with the last one the loggers get their levels back."""
        self._handles.discard(handle)
        if not self._handles:
            self.log.stop()

    def _adopt(self, backend: Any, sink: Any, data_path: Path | None) -> InProcessHandle:
        if backend is None:
            raise NonsenseFault("open returned None; it must return a backend")
        if "mirror" in self._description.capabilities:
            self.log.listen_to(call_backend("open", packages_of, backend, self._opener))
        handle = InProcessHandle(self, backend, sink, data_path)
        self._handles.add(handle)
        return handle

    def _hold_again(self) -> None:
        if self._now is not None:
            self._clock.hold(self._now)
