"""Jobs in LMDB: a mutation is a write transaction, which the library makes atomic and durable.

Three things it leaves to who uses it. A new environment is not synced, and half of one cannot be opened
again: so it is made under another name, and moved into place. A transaction whose pages the system takes
only in part is given up: so it is tried once more. And after a failed update of its root page it refuses
everything until it is opened again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import lmdb
import msgspec

from conformance import target

from .job_store import PENDING, JobRow, JobStore, digest

_LARGEST = 1 << 30


class _Environment:
    """An open environment, shared by all who open it in this process: LMDB allows it to be open once."""

    _all_open: dict[Path, _Environment] = {}  # noqa: RUF012
    _lock = Lock()

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._inner = lmdb.open(str(folder), map_size=_LARGEST)
        self._users = 0

    @classmethod
    def take(cls, folder: Path) -> _Environment:
        with cls._lock:
            found = cls._all_open.get(folder)
            if found is None:
                _make_durable(folder)
                found = cls._all_open[folder] = cls(folder)
            found._users += 1
            return found

    def give_back(self) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                del self._all_open[self._folder]
                self._inner.close()

    def write(self, change: Callable[[lmdb.Transaction], object]) -> None:
        try:
            with self.begin(write=True) as transaction:
                change(transaction)
        except lmdb.Error:
            with self.begin(write=True) as transaction:
                change(transaction)

    def begin(self, *, write: bool = False) -> lmdb.Transaction:
        inner = self._inner
        try:
            return inner.begin(write=write)
        except lmdb.PanicError:
            return self._open_again(inner).begin(write=write)

    def _open_again(self, broken: lmdb.Environment) -> lmdb.Environment:
        with self._lock:
            if self._inner is broken:
                broken.close()
                self._inner = lmdb.open(str(self._folder), map_size=_LARGEST)
            return self._inner


def _make_durable(folder: Path) -> None:
    """Make sure that there is an environment, whole and durable, also when another process makes it too."""
    if not folder.exists():
        temporary = Path(tempfile.mkdtemp(prefix=".jobs-", dir=folder.parent))
        with lmdb.open(str(temporary)) as made:
            made.sync(True)
        _sync(temporary)
        try:
            temporary.rename(folder)
        except OSError:
            shutil.rmtree(temporary)
            if not folder.is_dir():
                raise
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class LmdbStore(JobStore):
    """The jobs of one data path, each under the digest of its name: LMDB's keys end at 511 bytes."""

    errors = (lmdb.Error,)

    def __init__(self, data_path: Path) -> None:
        with self.own_errors():
            self._environment = _Environment.take(data_path.absolute() / "jobs.lmdb")

    def put_schedule(self, qname: str, schedule: str, next_fire_at: str) -> None:
        def change(transaction: lmdb.Transaction) -> None:
            row = _found(transaction, qname) or JobRow(qname, PENDING)
            _put(transaction, row._replace(schedule=schedule, next_fire_at=next_fire_at))

        self._environment.write(change)

    def put_status(self, qname: str, status: str) -> None:
        def change(transaction: lmdb.Transaction) -> None:
            _put(transaction, (_found(transaction, qname) or JobRow(qname))._replace(status=status))

        self._environment.write(change)

    def remove(self, qname: str) -> None:
        self._environment.write(lambda transaction: transaction.delete(digest(qname)))

    def rows(self) -> list[JobRow]:
        with self._environment.begin() as transaction:
            return [_decoded(bytes(value)) for _, value in transaction.cursor()]

    def plant(self, rows: Sequence[JobRow]) -> None:
        def change(transaction: lmdb.Transaction) -> None:
            for row in rows:
                _put(transaction, row)

        self._environment.write(change)

    def close(self) -> None:
        self._environment.give_back()


def _found(transaction: lmdb.Transaction, qname: str) -> JobRow | None:
    value = transaction.get(digest(qname))
    return None if value is None else _decoded(bytes(value))


def _put(transaction: lmdb.Transaction, row: JobRow) -> None:
    present = {name: value for name, value in row._asdict().items() if value is not None}
    transaction.put(digest(row.qname), msgspec.json.encode(present))


def _decoded(value: bytes) -> JobRow:
    legacy = {"schedule": None, "next_fire_at": None}
    return JobRow(**(legacy | msgspec.json.decode(value)))


@target(
    name="LMDB",
    version=".".join(map(str, lmdb.version())),
    conformance_class="store",
    capabilities=("planted_rows", "clock", "threads", "processes", "traceable"),
)
def open_lmdb(data_path: Path) -> LmdbStore:
    """The jobs of `data_path`, in a folder of LMDB's there."""
    return LmdbStore(data_path)
