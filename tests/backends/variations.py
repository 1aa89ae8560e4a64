"""Right backends that use the freedom the catalogue leaves: what a check may not take for a defect."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from string import Template
from threading import Lock
from typing import Any

from conformance import target
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Periodic, QName, Schedule, SchedulerJobRecord
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence, VecSidecar
from reference_impl import rows as changes
from reference_impl.mirror import MirrorStatement, removal_statement
from reference_impl.persistence import document_path
from reference_impl.rows import Row


class DoublingSink(LazyCypherSink):
    """Binds no parameters: doubles quotes and backslashes."""

    def execute(self, statement: MirrorStatement) -> None:
        if self._executor is None:
            raise LookupError("no executor is wired")
        literals = {
            name: "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
            for name, value in statement.parameters.items()
        }
        self._executor.execute_write_cypher(Template(statement.template).substitute(literals))


class CautiousPersistence(SystemLabelSchedulerPersistence):
    """Does as little as it may: refuses what overflows, writes nothing that is there already."""

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        if isinstance(schedule, Periodic) and self.next_after(schedule, self.now()) is None:
            raise SchedulerPersistenceError(f"{self.sidecar.path}: the period of {id} is too long")
        super().record_scheduled(id, schedule)

    def cancel(self, id: QName) -> None:
        with self.sidecar.exclusive():
            rows = self.sidecar.read()
            left = self.remove(rows, str(id))
            if len(left) < len(rows):
                self.sidecar.write(left)
        if len(left) < len(rows):
            self.cypher_sink.send(removal_statement(id))

    @staticmethod
    def restore(rows: Iterable[Row]) -> list[SchedulerJobRecord]:
        """The first of several rows of one job, and the last job first."""
        firsts: dict[str, Row] = {}
        for row in rows:
            firsts.setdefault(row.qname, row)
        return changes.restore(firsts.values())[::-1]


@target(name="cautious", capabilities=("document", "clock", "threads", "processes", "traceable", "mirror"))
def cautious(data_path: Path) -> CautiousPersistence:
    """A class sidecar backend that does as little as it may."""
    return CautiousPersistence(VecSidecar(document_path(data_path)), DoublingSink())


class TidySidecar(VecSidecar):
    """One temporary name for ever, and whatever lies there is removed first."""

    def temporary_path(self) -> Path:
        temporary = self.path.with_suffix(".new")
        temporary.unlink(missing_ok=True)
        return temporary


@target(name="tidy", capabilities=("document", "threads", "traceable"))
def tidy(data_path: Path) -> SystemLabelSchedulerPersistence:
    """A class sidecar backend without a clock to hold, with one temporary name for ever."""
    return SystemLabelSchedulerPersistence(TidySidecar(document_path(data_path)))


class NestedSink(LazyCypherSink):
    """Binds one parameter, which holds all that is known of the job."""

    def execute(self, statement: MirrorStatement) -> None:
        if self._executor is None:
            raise LookupError("no executor is wired")
        sets = "MERGE (j:_BackgroundJob {qname: $job.qname}) SET j += $job"
        removes = "MATCH (j:_BackgroundJob) WHERE (j.qname = $job.qname) DETACH DELETE j"
        cypher = sets if "status" in statement.parameters else removes
        self._executor.execute_write_cypher(cypher=cypher, parameters={"job": dict(statement.parameters)})


_ONE_THREAD = Lock()


class MarkedSidecar(VecSidecar):
    """Locks by a link that names the process; one that a dead process left behind is removed."""

    def lock_directory(self) -> int:
        _ONE_THREAD.acquire()
        try:
            while not self._placed():
                self._remove_if_stale()
        except BaseException:
            _ONE_THREAD.release()
            raise
        return 0

    def unlock_directory(self, descriptor: int) -> None:
        try:
            self._mark().unlink()
        finally:
            _ONE_THREAD.release()

    def _mark(self) -> Path:
        return self.path.with_name(".writer")

    def _placed(self) -> bool:
        try:
            self._mark().symlink_to(str(os.getpid()))
        except FileExistsError:
            return False
        return True

    def _remove_if_stale(self) -> None:
        with suppress(FileNotFoundError):
            writer = int(str(self._mark().readlink()))
            if writer == os.getpid() or not Path(f"/proc/{writer}").exists():
                self._mark().unlink()


@target(name="marked", capabilities=("document", "clock", "threads", "traceable", "mirror"))
def marked(data_path: Path) -> SystemLabelSchedulerPersistence:
    """A class sidecar backend with a lock that is a link, and with another mirror."""
    return SystemLabelSchedulerPersistence(MarkedSidecar(document_path(data_path)), NestedSink())


_WRITER = ThreadPoolExecutor(1)


class HandedOverSidecar(VecSidecar):
    """One thread of the process writes all documents; it lives on when a backend is closed."""

    def replace(self, document: bytes) -> None:
        _WRITER.submit(super().replace, document).result()


@target(name="handed over")
def handed_over(data_path: Path) -> SystemLabelSchedulerPersistence:
    """A class sidecar backend whose writer has what rights its thread was started with."""
    return SystemLabelSchedulerPersistence(HandedOverSidecar(document_path(data_path)))


class PacedSidecar(VecSidecar):
    """Writes no sooner than half a millisecond after the last write, by the monotonic clock."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._not_before = time.monotonic()

    def replace(self, document: bytes) -> None:
        while time.monotonic() < self._not_before:
            time.sleep(0.0001)
        super().replace(document)
        self._not_before = time.monotonic() + 0.0005


@target(name="paced")
def paced(data_path: Path) -> SystemLabelSchedulerPersistence:
    """A class sidecar backend with a deadline of its own, which a held clock must not hold up."""
    return SystemLabelSchedulerPersistence(PacedSidecar(document_path(data_path)))


class CompactSidecar(VecSidecar):
    """Writes the same JSON in one line."""

    def encode(self, rows: Sequence[Row]) -> bytes:
        return json.dumps(json.loads(super().encode(rows)), separators=(",", ":")).encode() + b"\n"


@target(name="compact")
def compact(data_path: Path) -> SystemLabelSchedulerPersistence:
    """A class sidecar backend that breaks a SHOULD only: FM-04."""
    return SystemLabelSchedulerPersistence(CompactSidecar(document_path(data_path)))


class KeyedStore(SystemLabelSchedulerPersistence):
    """A store that knows a job by its name: planting keeps the last of duplicates and refuses no-names."""

    def plant_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        document = json.dumps(list(rows)).encode("utf-8", "surrogatepass")
        with self.sidecar.exclusive():
            kept = {row.qname: row for row in (*self.sidecar.read(), *self.sidecar.decode(document))}
            nameless = [qname for qname in kept if changes.restore_qname(qname) is None]
            if nameless:
                raise SchedulerPersistenceError(f"{nameless[0]!r} is no name of a job")
            self.sidecar.write(list(kept.values()))


def _rows_of(data_path: Path) -> VecSidecar:
    return VecSidecar(data_path / "scheduler" / "rows.json")


@target(
    name="keyed store",
    conformance_class="store",
    capabilities=("planted_rows", "clock", "threads", "traceable"),
)
def keyed_store(data_path: Path) -> KeyedStore:
    """A class store backend that takes planted rows."""
    return KeyedStore(_rows_of(data_path))


class RememberingSidecar(VecSidecar):
    """Reads once, and then knows what it wrote."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._knowing = Lock()
        self._known: bytes | None = None

    def read_bytes(self) -> bytes:
        with self._knowing:
            if self._known is None:
                self._known = super().read_bytes()
            return self._known

    def replace(self, document: bytes) -> None:
        written: bytes | None = None
        try:
            super().replace(document)
            written = document
        finally:
            with self._knowing:
                self._known = written


@cache
def _remembered(data_path: Path) -> KeyedStore:
    return KeyedStore(RememberingSidecar(_rows_of(data_path).path))


@target(
    name="remembering store",
    conformance_class="store",
    capabilities=("planted_rows", "clock", "threads", "traceable"),
)
def remembering_store(data_path: Path) -> KeyedStore:
    """A class store backend that is opened once on a data path, for as long as its process lives."""
    return _remembered(data_path)


@target(name="bare store", conformance_class="store", capabilities=("threads", "traceable"))
def bare_store(data_path: Path) -> SystemLabelSchedulerPersistence:
    """A class store backend into which the kit can put nothing, and whose clock it cannot hold."""
    return SystemLabelSchedulerPersistence(_rows_of(data_path))
