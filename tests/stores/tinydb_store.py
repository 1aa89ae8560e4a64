"""Jobs as documents of TinyDB, in its own JSON file."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from tinydb import Query, TinyDB

from conformance import target

from .job_store import PENDING, JobRow, JobStore


class TinyDbStore(JobStore):
    """One operation at a time in this process: TinyDB is not for several threads."""

    def __init__(self, data_path: Path) -> None:
        self._lock = Lock()
        with self.own_errors():
            self._jobs = TinyDB(data_path / "jobs.json")

    def put_schedule(self, qname: str, schedule: str, next_fire_at: str) -> None:
        changes = {"schedule": schedule, "next_fire_at": next_fire_at}
        with self._lock:
            if not self._jobs.update(changes, Query().qname == qname):
                self._jobs.insert(JobRow(qname, PENDING)._asdict() | changes)

    def put_status(self, qname: str, status: str) -> None:
        with self._lock:
            if not self._jobs.update({"status": status}, Query().qname == qname):
                self._jobs.insert(JobRow(qname, status)._asdict())

    def remove(self, qname: str) -> None:
        with self._lock:
            self._jobs.remove(Query().qname == qname)

    def rows(self) -> list[JobRow]:
        with self._lock:
            return [JobRow(**job) for job in self._jobs.all()]

    def plant(self, rows: Sequence[JobRow]) -> None:
        with self._lock:
            self._jobs.insert_multiple(row._asdict() for row in rows)

    def close(self) -> None:
        with self._lock:
            self._jobs.close()


@target(
    name="TinyDB",
    version=version("tinydb"),
    conformance_class="store",
    capabilities=("planted_rows", "clock", "threads", "traceable"),
)
def open_tinydb(data_path: Path) -> TinyDbStore:
    """The jobs of `data_path` in a file of TinyDB's."""
    return TinyDbStore(data_path)
