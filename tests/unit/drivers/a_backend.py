"""A tiny right backend that keeps rows in a JSON file, for the tests of drivers and adapter."""

from __future__ import annotations

import datetime
import json
import logging
import os
import threading
import time
from pathlib import Path
from typing import Any

from conformance import target
from conformance.contract.backend import CypherExecutor
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    Cron,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SchedulerJobRecord,
    SystemTime,
)
from conformance.wire.codec import decode_instant, decode_schedule, encode_instant, encode_schedule

_log = logging.getLogger(__name__)


class Sink:
    """Keeps the first executor."""

    def __init__(self) -> None:
        self.executor: CypherExecutor | None = None

    def set_host_executor(self, executor: CypherExecutor) -> None:
        self.executor = self.executor or executor


class Backend:
    """Keeps its rows under `data_path`/rows.json."""

    def __init__(self, data_path: Path) -> None:
        self._path = data_path / "rows.json"
        self._lock = threading.Lock()
        self.cypher_sink = Sink()

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        now = SystemTime.from_nanos(time.time_ns())
        self._change(id, schedule=encode_schedule(schedule), next_fire_at=_next(schedule, now))

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self._change(id, status="Running")
        self._mirror(id, "Running")

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        self._change(id, status="Idle" if success else "FailedRetrying")
        self._mirror(id, "Idle")

    def cancel(self, id: QName) -> None:
        with self._lock:
            self._write([row for row in self._read() if row["qname"] != str(id)])

    def load_all(self) -> list[SchedulerJobRecord]:
        return [
            SchedulerJobRecord(
                QName.parse(row["qname"]),
                next_fire_at=None if row["next_fire_at"] is None else decode_instant(row["next_fire_at"]),
                consecutive_failures=row["consecutive_failures"],
                schedule=decode_schedule(row["schedule"]),
            )
            for row in self._read()
        ]

    def plant_rows(self, rows: list[dict[str, Any]]) -> None:
        with self._lock:
            self._write(
                [*self._read(), *({"schedule": "Manual", "next_fire_at": None} | row for row in rows)]
            )

    def _mirror(self, id: QName, status: str) -> None:
        try:
            if self.cypher_sink.executor is None:
                raise LookupError("no executor")
            self.cypher_sink.executor.execute_write_cypher(
                "MERGE (j:_BackgroundJob {qname: $q}) SET j.status = $s", {"q": str(id), "s": status}
            )
        except Exception as error:
            _log.debug("mirror of %s skipped: %s", id, error)

    def _change(self, id: QName, **members: Any) -> None:
        with self._lock:
            rows = self._read()
            new = {
                "qname": str(id),
                "status": "Pending",
                "consecutive_failures": 0,
                "schedule": "Manual",
                "next_fire_at": None,
            }
            row = next((row for row in rows if row["qname"] == str(id)), None)
            if row is None:
                rows.append(row := new)
            row.update(members)
            self._write(rows)

    def _read(self) -> list[dict[str, Any]]:
        try:
            return list(json.loads(self._path.read_text("utf-8")))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise SchedulerPersistenceError(f"{self._path}: {error}") from error

    def _write(self, rows: list[dict[str, Any]]) -> None:
        try:
            scratch = self._path.with_suffix(".tmp")
            scratch.write_text(json.dumps(rows), "utf-8")
            scratch.replace(self._path)
        except OSError as error:
            raise SchedulerPersistenceError(f"{self._path}: {error}") from error


def _next(schedule: Schedule, now: SystemTime) -> object:
    match schedule:
        case Once(at):
            return encode_instant(at) if at >= now else None
        case Periodic(every):
            try:
                return encode_instant(SystemTime.from_nanos(now.to_nanos() + every.to_nanos()))
            except ValueError:
                return None
        case Manual():
            return encode_instant(now)
        case Cron("local hour"):
            return encode_instant(SystemTime(datetime.datetime.now().hour, 0))
        case Cron("utc hour"):
            return encode_instant(SystemTime(datetime.datetime.now(datetime.UTC).hour, 0))
        case Cron():
            return None


class Null:
    """Keeps nothing, and has no optional method."""

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        return

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        return

    def cancel(self, id: QName) -> None:
        return

    def load_all(self) -> list[SchedulerJobRecord]:
        return []


def _factory(data_path: Path | None) -> tuple[Any, Any]:
    if data_path is None:
        return Null(), None
    backend = Backend(data_path)
    return backend, backend.cypher_sink


@target(
    name="a backend",
    version="1.2",
    conformance_class="store",
    capabilities={"planted_rows", "clock", "threads", "processes", "traceable", "mirror"},
    factory=_factory,
)
def open_backend(data_path: Path) -> Backend:
    """Open a right backend."""
    return Backend(data_path)


class Chatty(Backend):
    """Prints to stdout, by Python and by file descriptor."""

    def cancel(self, id: QName) -> None:
        print("cancelling", id)
        os.write(1, b"cancelling\n")
        super().cancel(id)


@target(name="a chatty backend", conformance_class="store", capabilities={"clock"})
def open_chatty(data_path: Path) -> Backend:
    """Open a backend that prints."""
    return Chatty(data_path)


class Careless(Backend):
    """Leaves a file open in each cancel, and gives its own list away."""

    def __init__(self, data_path: Path) -> None:
        super().__init__(data_path)
        self._records: list[SchedulerJobRecord] = []

    def cancel(self, id: QName) -> None:
        try:
            os.open(os.devnull, os.O_RDONLY)
        except OSError as error:
            raise SchedulerPersistenceError("no more files") from error

    def load_all(self) -> list[SchedulerJobRecord]:
        return self._records


@target(name="a careless backend", conformance_class="store")
def open_careless(data_path: Path) -> Backend:
    """Open a careless backend."""
    return Careless(data_path)


class Wrong(Backend):
    """Breaks the interface in several ways."""

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        raise KeyError("x")

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        raise SystemExit(3)

    def cancel(self, id: QName) -> None:
        if str(id) == "a.die":
            os._exit(9)
        time.sleep(60)

    def load_all(self) -> list[SchedulerJobRecord]:
        return [SchedulerJobRecord(QName("a", "b"), consecutive_failures=2**32)]


@target(name="a wrong backend", conformance_class="store")
def open_wrong(data_path: Path) -> Backend:
    """Open a wrong backend."""
    return Wrong(data_path)


not_callable = 3
