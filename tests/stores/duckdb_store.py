"""Jobs in a table of DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import duckdb

from conformance import target

from .job_store import PENDING, JobRow, JobStore

_TABLE = """
    CREATE TABLE IF NOT EXISTS jobs (
        qname BLOB PRIMARY KEY,
        status BLOB NOT NULL,
        consecutive_failures UINTEGER NOT NULL,
        schedule TEXT,
        next_fire_at TEXT
    )
"""
_INSERT = "INSERT INTO jobs VALUES (?, ?, ?, ?, ?)"


class DuckDbStore(JobStore):
    """One operation at a time in this process: two that change one row at once would refuse each other."""

    errors = (duckdb.Error,)

    def __init__(self, data_path: Path) -> None:
        self._lock = Lock()
        with self.own_errors():
            self._connection = duckdb.connect(data_path / "jobs.duckdb")
            self._connection.execute(_TABLE)

    def put_schedule(self, qname: str, schedule: str, next_fire_at: str) -> None:
        changes = "schedule = excluded.schedule, next_fire_at = excluded.next_fire_at"
        row = JobRow(qname, PENDING, 0, schedule, next_fire_at)
        with self._lock:
            self._connection.execute(f"{_INSERT} ON CONFLICT DO UPDATE SET {changes}", _values(row))

    def put_status(self, qname: str, status: str) -> None:
        update = "ON CONFLICT DO UPDATE SET status = excluded.status"
        with self._lock:
            self._connection.execute(f"{_INSERT} {update}", _values(JobRow(qname, status)))

    def remove(self, qname: str) -> None:
        with self._lock:
            self._connection.execute("DELETE FROM jobs WHERE qname = ?", [qname.encode()])

    def rows(self) -> list[JobRow]:
        with self._lock:
            found = self._connection.execute("SELECT * FROM jobs ORDER BY qname").fetchall()
        return [JobRow(qname.decode(), status.decode(), *rest) for qname, status, *rest in found]

    def plant(self, rows: Sequence[JobRow]) -> None:
        insert = f"{_INSERT} ON CONFLICT DO NOTHING"
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                for row in rows:
                    self._connection.execute(insert, _values(row))
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        with self._lock, self.own_errors():
            self._connection.close()


def _values(row: JobRow) -> list[object]:
    """Names as bytes, which hold any character and are compared as they are."""
    return [row.qname.encode(), row.status.encode(), *row[2:]]


@target(
    name="DuckDB",
    version=duckdb.__version__,
    conformance_class="store",
    capabilities=("planted_rows", "clock", "threads", "traceable"),
)
def open_duckdb(data_path: Path) -> DuckDbStore:
    """The jobs of `data_path` in a database of DuckDB's."""
    return DuckDbStore(data_path)
