"""Other ways to keep the jobs, for a comparison of what a mutation costs: plain json, SQLite, a command."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sqlite_store import open_wal_full

from conformance.contract.records import Duration, Periodic, QName, Schedule, SystemTime
from conformance.drivers.command import CommandDriver
from reference_impl.persistence import document_path
from reference_impl.sidecar import VecSidecar

Opener: TypeAlias = Callable[[Path], Any]


class JsonBackend:
    """Reads the document with `json`, changes the row, writes it as durably as the reference does."""

    def __init__(self, data_path: Path) -> None:
        self._sidecar = VecSidecar(document_path(data_path))

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        """Store a periodic schedule."""
        assert isinstance(schedule, Periodic)
        every = {"secs": schedule.every.secs, "nanos": schedule.every.nanos}
        self._change(id, {"schedule": {"Periodic": every}})

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        """Store the status Running."""
        self._change(id, {"status": "Running"})

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        """Store the status Idle."""
        self._change(id, {"status": "Idle"})

    def _change(self, id: QName, members: Mapping[str, object]) -> None:
        with self._sidecar.exclusive():
            rows = json.loads(self._sidecar.read_bytes())
            row = next(row for row in rows if row["qname"] == str(id))
            row.update(members)
            self._sidecar.replace(json.dumps(rows, indent=2, ensure_ascii=False).encode())


def open_sqlite(data_path: Path) -> Any:
    """SQLite with a write-ahead log, each mutation synced, with the rows of the document."""
    store = open_wal_full(data_path)
    store.plant_rows(json.loads(document_path(data_path).read_bytes()))
    return store


@contextmanager
def opened(opener: Opener, data_path: Path) -> Iterator[Any]:
    """A backend that is closed in the end, where it can be."""
    backend = opener(data_path)
    try:
        yield backend
    finally:
        close = getattr(backend, "close", None)
        if close is not None:
            close()


def opener_of_command(command: str) -> Opener:
    """Opens a backend behind an adapter: what the wire costs is in its figures."""

    def open_backend(data_path: Path) -> Any:
        driver = CommandDriver(tuple(shlex.split(command)))
        handle = driver.open(data_path)
        return _Closing(driver, handle)

    return open_backend


class _Closing:
    """A handle that takes its driver along when it is closed."""

    def __init__(self, driver: CommandDriver, handle: Any) -> None:
        self._driver = driver
        self.record_scheduled = handle.record_scheduled
        self.record_started = handle.record_started
        self.record_finished = handle.record_finished

    def close(self) -> None:
        """End the command."""
        self._driver.close()


PEERS: Mapping[str, Opener] = {"json": JsonBackend, "SQLite": open_sqlite}
EVERY = Periodic(Duration(90, 0))
