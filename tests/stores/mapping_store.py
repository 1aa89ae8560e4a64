"""Jobs in a mapping that a library keeps on disk: shelve, dbm.sqlite3, sqlitedict, diskcache."""

from __future__ import annotations

import dbm
import importlib
import json
import pickle
import shelve
import sqlite3
import sys
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

import diskcache
from sqlitedict import SqliteDict

from conformance import target

from .job_store import PENDING, JobRow, JobStore

Opener = Callable[[Path], "MappingStore"]
_PYTHON = ".".join(map(str, sys.version_info[:3]))


class MappingStore(JobStore):
    """A job under its name; one operation at a time in this process."""

    def __init__(self, data_path: Path) -> None:
        self._path = data_path / "jobs"
        self._lock = Lock()

    @abstractmethod
    def mapping(self) -> AbstractContextManager[MutableMapping[str, Any]]:
        """The mapping, for one operation; what was done is saved as the block ends."""

    def put_schedule(self, qname: str, schedule: str, next_fire_at: str) -> None:
        with self._lock, self.mapping() as jobs:
            row = _found(jobs, qname) or JobRow(qname, PENDING)
            jobs[qname] = row._replace(schedule=schedule, next_fire_at=next_fire_at)._asdict()

    def put_status(self, qname: str, status: str) -> None:
        with self._lock, self.mapping() as jobs:
            row = _found(jobs, qname) or JobRow(qname)
            jobs[qname] = row._replace(status=status)._asdict()

    def remove(self, qname: str) -> None:
        with self._lock, self.mapping() as jobs:
            jobs.pop(qname, None)

    def rows(self) -> Iterable[JobRow]:
        with self._lock, self.mapping() as jobs:
            return [JobRow(**jobs[name]) for name in jobs]

    def plant(self, rows: Sequence[JobRow]) -> None:
        with self._lock, self.mapping() as jobs:
            for row in rows:
                jobs[row.qname] = row._asdict()


def _found(jobs: MutableMapping[str, Any], qname: str) -> JobRow | None:
    raw = jobs.get(qname)
    return None if raw is None else JobRow(**raw)


class Shelve(MappingStore):
    """`with shelve.open(path)`, for each operation. Which dbm lies below, Python decides by what there is."""

    errors = (*dbm.error, pickle.UnpicklingError, EOFError, LookupError)

    def mapping(self) -> AbstractContextManager[MutableMapping[str, Any]]:
        return shelve.open(str(self._path))


class DbmSqlite3(MappingStore):
    """`with dbm.sqlite3.open(path, "c")`, for each operation; values are JSON."""

    errors = (*dbm.error, sqlite3.Error)

    @contextmanager
    def mapping(self) -> Iterator[MutableMapping[str, Any]]:
        module = importlib.import_module("dbm.sqlite3")
        with closing(module.open(str(self._path), "c")) as jobs:
            yield _AsJson(jobs)


class _AsJson(MutableMapping[str, Any]):
    def __init__(self, bytes_by_name: MutableMapping[bytes, bytes]) -> None:
        self._inner = bytes_by_name

    def __getitem__(self, name: str) -> Any:
        return json.loads(self._inner[name.encode()])

    def __setitem__(self, name: str, value: Any) -> None:
        self._inner[name.encode()] = json.dumps(value).encode()

    def __delitem__(self, name: str) -> None:
        del self._inner[name.encode()]

    def __iter__(self) -> Iterator[str]:
        return (name.decode() for name in self._inner.keys())  # noqa: SIM118 - it iterates over no more

    def __len__(self) -> int:
        return len(self._inner)


class KeptOpen(MappingStore):
    """A mapping that is opened once and saves each change by itself."""

    errors = (sqlite3.Error, diskcache.Timeout)

    def __init__(
        self, data_path: Path, open_mapping: Callable[[str], Any], close: Callable[[Any], None]
    ) -> None:
        super().__init__(data_path)
        self._close = close
        with self.own_errors():
            self._mapping = open_mapping(str(self._path))

    @contextmanager
    def mapping(self) -> Iterator[MutableMapping[str, Any]]:
        yield self._mapping

    def close(self) -> None:
        with self.own_errors():
            self._close(self._mapping)


def _as_target(name: str, made_by: str) -> Callable[[Opener], Opener]:
    capabilities = ("planted_rows", "clock", "threads", "traceable")
    return target(name=name, version=made_by, conformance_class="store", capabilities=capabilities)


@_as_target("shelve", f"Python {_PYTHON}")
def open_shelve(data_path: Path) -> MappingStore:
    """The jobs of `data_path` in a shelf."""
    return Shelve(data_path)


@_as_target("dbm.sqlite3", f"Python {_PYTHON}, SQLite {sqlite3.sqlite_version}")
def open_dbm_sqlite3(data_path: Path) -> MappingStore:
    """The jobs of `data_path` in a database of dbm.sqlite3."""
    return DbmSqlite3(data_path)


@_as_target("sqlitedict, autocommit", version("sqlitedict"))
def open_sqlitedict(data_path: Path) -> MappingStore:
    """The jobs of `data_path` in an SqliteDict."""
    return KeptOpen(data_path, lambda path: SqliteDict(path, autocommit=True), lambda jobs: jobs.close())


@_as_target("diskcache", diskcache.__version__)
def open_diskcache(data_path: Path) -> MappingStore:
    """The jobs of `data_path` in an Index of diskcache's: a cache that forgets nothing."""
    return KeptOpen(data_path, diskcache.Index, lambda jobs: jobs.cache.close())
