"""Jobs as one JSON document, saved in four ways that people know."""

from __future__ import annotations

import json
import os
import sys
from abc import abstractmethod
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from atomicwrites import atomic_write

from conformance import target

from .job_store import PENDING, JobRow, JobStore

Table = dict[str, JobRow]
_CAPABILITIES = ("planted_rows", "clock", "threads", "traceable")
_PYTHON = ".".join(map(str, sys.version_info[:3]))


class DocumentStore(JobStore):
    """All jobs in one document, read and saved whole; one mutation at a time in this process."""

    def __init__(self, data_path: Path) -> None:
        self._path = data_path / "jobs.json"
        self._lock = Lock()

    @abstractmethod
    def save(self, path: Path, text: str) -> None:
        """Put the text in the file's place."""

    def put_schedule(self, qname: str, schedule: str, next_fire_at: str) -> None:
        def change(table: Table) -> None:
            row = table.get(qname) or JobRow(qname, PENDING)
            table[qname] = row._replace(schedule=schedule, next_fire_at=next_fire_at)

        self._change(change)

    def put_status(self, qname: str, status: str) -> None:
        def change(table: Table) -> None:
            table[qname] = (table.get(qname) or JobRow(qname))._replace(status=status)

        self._change(change)

    def remove(self, qname: str) -> None:
        def change(table: Table) -> None:
            table.pop(qname, None)

        self._change(change)

    def rows(self) -> list[JobRow]:
        with self._lock:
            return list(self._read().values())

    def plant(self, rows: Sequence[JobRow]) -> None:
        self._change(lambda table: table.update({row.qname: row for row in rows}))

    def _change(self, change: Callable[[Table], None]) -> None:
        with self._lock:
            table = self._read()
            change(table)
            self.save(self._path, json.dumps([row._asdict() for row in table.values()], indent=2))

    def _read(self) -> Table:
        try:
            with self._path.open(encoding="utf-8") as file:
                return {raw["qname"]: JobRow(**raw) for raw in json.load(file)}
        except FileNotFoundError:
            return {}


class OpenW(DocumentStore):
    """`with open(path, "w")`."""

    def save(self, path: Path, text: str) -> None:
        with path.open("w", encoding="utf-8") as file:
            file.write(text)


class Replace(DocumentStore):
    """A temporary file and `os.replace`, without fsync."""

    def save(self, path: Path, text: str) -> None:
        temporary = path.with_suffix(".tmp")
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)  # noqa: PTH105 - as people write it


class AtomicWrites(DocumentStore):
    """The package atomicwrites."""

    def save(self, path: Path, text: str) -> None:
        with atomic_write(path, overwrite=True, encoding="utf-8") as file:
            file.write(text)


def _opener(name: str, store: type[DocumentStore], made_by: str) -> Callable[[Path], DocumentStore]:
    @target(name=name, version=made_by, conformance_class="store", capabilities=_CAPABILITIES)
    def open_store(data_path: Path) -> DocumentStore:
        return store(data_path)

    return open_store


open_w = _opener('json, open("w")', OpenW, f"Python {_PYTHON}")
open_replace = _opener("json, os.replace without fsync", Replace, f"Python {_PYTHON}")
open_atomicwrites = _opener("json, atomicwrites", AtomicWrites, version("atomicwrites"))
