"""What mutants share that keep their rows on a server: the server is a child that serves another target."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.contract.connection import DiedFault, Handle
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName, Schedule, SchedulerJobRecord, SystemTime
from conformance.drivers.command import CommandDriver, serve_command, serve_environment


class Server:
    """Runs the target as a child, from the first time that it is asked for."""

    def __init__(self, spelling: str) -> None:
        self._spelling = spelling
        self._child: CommandDriver | None = None

    def open(self, data_path: Path) -> Client:
        """A backend on the server."""
        if self._child is None:
            self._child = CommandDriver(serve_command(self._spelling), environment=serve_environment())
        with _own_errors():
            return Client(self._child.open(data_path))

    def crash(self) -> None:
        """Kill the child; the next one starts with the next open."""
        child, self._child = self._child, None
        if child is not None:
            os.kill(child._current().child.pid, signal.SIGKILL)
            child.close()


class Client:
    """An open backend of the server's. When that dies, its operations fail."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        with _own_errors():
            self._handle.record_scheduled(id, schedule)

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        with _own_errors():
            self._handle.record_started(id, started_at)

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        with _own_errors():
            self._handle.record_finished(id, finished_at, success)

    def cancel(self, id: QName) -> None:
        with _own_errors():
            self._handle.cancel(id)

    def load_all(self) -> list[SchedulerJobRecord]:
        with _own_errors():
            return self._handle.load_all()

    def flush_checkpoint(self) -> None:
        with _own_errors():
            self._handle.flush_checkpoint()

    def close(self) -> None:
        with _own_errors():
            self._handle.close()


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except DiedFault as death:
        raise SchedulerPersistenceError(f"the server is gone: {death}") from death
