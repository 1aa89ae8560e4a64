"""A class store backend on SQLite: one table, each mutation one transaction. One target for each setting.

`journal_mode` and `synchronous` decide what survives a loss of power; README.md of the tests has the table.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import msgspec

from conformance import target
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    QName,
    Schedule,
    SchedulerJobRecord,
    SchedulerJobStatus,
    SystemTime,
)
from reference_impl import next_after
from reference_impl.rows import Row, StoredInstant, StoredSchedule, restore, store_instant, store_schedule

_CAPABILITIES = ("planted_rows", "clock", "threads", "processes", "traceable")
_PATIENCE_S = 20.0
_TABLE = """
    CREATE TABLE IF NOT EXISTS jobs (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        qname TEXT NOT NULL,
        status TEXT NOT NULL,
        consecutive_failures INTEGER NOT NULL,
        schedule TEXT NOT NULL,
        next_fire_at TEXT NOT NULL
    )
"""
_FIRST = "position = (SELECT min(position) FROM jobs WHERE qname = ?)"


class SqliteStore:
    """Jobs in the table `jobs` of <data_path>/jobs.db."""

    def __init__(self, data_path: Path, journal_mode: str, synchronous: str, locking_mode: str) -> None:
        self._lock = Lock()
        with _own_errors():
            self._connection = sqlite3.connect(
                data_path / "jobs.db", timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False
            )
            self._connection.execute(f"PRAGMA locking_mode={locking_mode}")
            self._connection.execute(f"PRAGMA journal_mode={journal_mode}")
            self._connection.execute(f"PRAGMA synchronous={synchronous}")
            self._connection.execute(_TABLE)

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        """Store the schedule and its next fire time."""
        fires = next_after(schedule, SystemTime.from_nanos(time.time_ns()))
        spelled = _spelled(store_schedule(schedule), None if fires is None else store_instant(fires))
        with self._transaction() as connection:
            changed = connection.execute(
                f"UPDATE jobs SET schedule = ?, next_fire_at = ? WHERE {_FIRST}", (*spelled, str(id))
            )
            if not changed.rowcount:
                _insert(connection, (str(id), SchedulerJobStatus.PENDING.value, 0, *spelled))

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        """Store the status Running."""
        self._change_status(id, SchedulerJobStatus.RUNNING)

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        """Store the status Idle or, without success, FailedRetrying."""
        status = SchedulerJobStatus.IDLE if success else SchedulerJobStatus.FAILED_RETRYING
        self._change_status(id, status)

    def cancel(self, id: QName) -> None:
        """Remove the job; an unknown one is no error."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM jobs WHERE qname = ?", (str(id),))

    def load_all(self) -> list[SchedulerJobRecord]:
        """All jobs as they are restored after a restart."""
        columns = "qname, status, consecutive_failures, schedule, next_fire_at"
        with self._lock, _own_errors():
            found = self._connection.execute(f"SELECT {columns} FROM jobs ORDER BY position").fetchall()
            return restore(_row(columns) for columns in found)

    def flush_checkpoint(self) -> None:
        """Do nothing: how durable a mutation is when it returns, the settings say."""

    def close(self) -> None:
        """Close the database."""
        with self._lock, _own_errors():
            self._connection.close()

    def plant_rows(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Add raw rows, legacy ones too."""
        with self._transaction() as connection:
            for raw in rows:
                row = msgspec.convert(raw, Row)
                spelled = _spelled(row.schedule, row.next_fire_at)
                _insert(connection, (row.qname, row.status, row.consecutive_failures, *spelled))

    def _change_status(self, id: QName, status: SchedulerJobStatus) -> None:
        with self._transaction() as connection:
            changed = connection.execute(
                f"UPDATE jobs SET status = ? WHERE {_FIRST}", (status.value, str(id))
            )
            if not changed.rowcount:
                _insert(connection, (str(id), status.value, 0, *_spelled("Manual", None)))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _own_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, ValueError, TypeError) as error:
        raise SchedulerPersistenceError(f"jobs.db: {error}") from error


def _insert(connection: sqlite3.Connection, columns: tuple[str | int, ...]) -> None:
    names = "qname, status, consecutive_failures, schedule, next_fire_at"
    connection.execute(f"INSERT INTO jobs ({names}) VALUES (?, ?, ?, ?, ?)", columns)


def _spelled(schedule: StoredSchedule, next_fire_at: StoredInstant | None) -> tuple[str, str]:
    """As JSON texts: SQLite's own integers end below 2^64-1 seconds."""
    schedule_text, instant_text = (msgspec.json.encode(value).decode() for value in (schedule, next_fire_at))
    return schedule_text, instant_text


def _row(columns: tuple[str, str, int, str, str]) -> Row:
    qname, status, failures, schedule, next_fire_at = columns
    return Row(
        qname,
        status,
        failures,
        msgspec.json.decode(schedule, type=StoredSchedule),
        msgspec.json.decode(next_fire_at, type=StoredInstant | None),
    )


def _opener(
    journal_mode: str, synchronous: str, locking_mode: str = "NORMAL"
) -> Callable[[Path], SqliteStore]:
    @target(
        name=f"SQLite, {journal_mode} {synchronous} {locking_mode}",
        version=sqlite3.sqlite_version,
        conformance_class="store",
        capabilities=_CAPABILITIES if locking_mode == "NORMAL" else set(_CAPABILITIES) - {"processes"},
    )
    def open_store(data_path: Path) -> SqliteStore:
        return SqliteStore(data_path, journal_mode, synchronous, locking_mode)

    return open_store


open_rollback_off = _opener("DELETE", "OFF")
open_rollback_normal = _opener("DELETE", "NORMAL")
open_rollback_full = _opener("DELETE", "FULL")
open_rollback_extra = _opener("DELETE", "EXTRA")
open_wal_normal = _opener("WAL", "NORMAL")
open_wal_full = _opener("WAL", "FULL")
open_wal_full_exclusive = _opener("WAL", "FULL", "EXCLUSIVE")
