"""Jobs in an object store: every version of the table is an object of its own, under its number.

A writer puts the next number, on condition that nobody has; who comes second reads again and tries again.
This is how table formats on object stores commit, and it asks for no lock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec
import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore

from conformance import target
from conformance.contract.faults import SchedulerPersistenceError

from .job_store import PENDING, JobRow, JobStore

_FOLDER = "jobs"
_KEPT = 100
Table = dict[str, JobRow]


class VersionedStore(JobStore):
    """The jobs under one prefix of an object store."""

    errors = (BaseError,)

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put_schedule(self, qname: str, schedule: str, next_fire_at: str) -> None:
        def change(table: Table) -> None:
            row = table.get(qname) or JobRow(qname, PENDING)
            table[qname] = row._replace(schedule=schedule, next_fire_at=next_fire_at)

        self._commit(change)

    def put_status(self, qname: str, status: str) -> None:
        def change(table: Table) -> None:
            table[qname] = (table.get(qname) or JobRow(qname))._replace(status=status)

        self._commit(change)

    def remove(self, qname: str) -> None:
        def change(table: Table) -> None:
            table.pop(qname, None)

        self._commit(change)

    def rows(self) -> list[JobRow]:
        return list(self._read()[1].values())

    def plant(self, rows: Sequence[JobRow]) -> None:
        self._commit(lambda table: table.update({row.qname: row for row in rows}))

    def _commit(self, change: Callable[[Table], None]) -> None:
        while True:
            numbers, table = self._read()
            change(table)
            newest = numbers[-1] if numbers else 0
            content = msgspec.json.encode([_present(row) for row in table.values()])
            try:
                obstore.put(self._store, _name(newest + 1), content, mode="create")
            except AlreadyExistsError:
                continue
            self._retire(numbers, newest)
            return

    def _read(self) -> tuple[list[int], Table]:
        """The numbers that are there, and the table as the highest has it."""
        while True:
            numbers = sorted(
                int(found["path"].rpartition("/")[2])
                for page in obstore.list(self._store, _FOLDER)
                for found in page
            )
            if not numbers:
                return [], {}
            try:
                content = obstore.get(self._store, _name(numbers[-1])).bytes()
            except FileNotFoundError:  # it was the highest a while ago, and has been retired since
                continue
            rows = [_row(raw) for raw in msgspec.json.decode(bytes(content))]
            return numbers, {row.qname: row for row in rows}

    def _retire(self, numbers: Sequence[int], newest: int) -> None:
        """Remove old versions, oldest first.

        A number that was retired could be given out again, to a writer that slept as long as that. Then the
        version it began from has been retired before, and it cannot tell what became of its own.
        """
        if numbers and not self._exists(newest):
            raise SchedulerPersistenceError(f"overtaken by {_KEPT} others: version {newest} is gone")
        for number in numbers:
            if number <= newest - _KEPT:
                try:
                    obstore.delete(self._store, _name(number))
                except FileNotFoundError:
                    continue

    def _exists(self, number: int) -> bool:
        try:
            obstore.head(self._store, _name(number))
        except FileNotFoundError:
            return False
        return True


def _name(number: int) -> str:
    return f"{_FOLDER}/{number:020}"


def _present(row: JobRow) -> dict[str, str | int]:
    return {name: value for name, value in row._asdict().items() if value is not None}


def _row(raw: dict[str, object]) -> JobRow:
    return JobRow(**({"schedule": None, "next_fire_at": None} | raw))  # type: ignore[arg-type]


@target(
    name="obstore, local file system",
    version=version("obstore"),
    conformance_class="store",
    capabilities=("planted_rows", "clock", "threads", "processes", "traceable"),
)
def open_local(data_path: Path) -> VersionedStore:
    """The jobs of `data_path`, in a folder there that obstore treats as a bucket."""
    return VersionedStore(LocalStore(prefix=data_path, mkdir=True))
