"""The open backend on one data path, with a line in the story for each call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from conformance.contract.connection import EscapedFault, Handle, LogLine, Statement
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName, Schedule, SchedulerJobRecord, SystemTime
from conformance.oracle.document import DocumentRefused, StoredRow, read_document
from conformance.oracle.model import (
    FlushCheckpoint,
    NextFire,
    Operation,
    Reopen,
    carry_out,
    next_fire_after,
)
from conformance.showing import Words, show
from conformance.testing.expect import Nonconformance, expect
from conformance.testing.lagging import LastReading
from conformance.testing.threads import Crowd
from conformance.workspace import DataPath

if TYPE_CHECKING:
    from conformance.testing.session import Backend

_MANY_ROWS = 20


class Session:
    """The open backend on one data path. Its operations are those of the interface."""

    def __init__(self, backend: Backend, data: DataPath) -> None:
        self.backend = backend
        self.data = data
        self.window = (SystemTime(0, 0), SystemTime(0, 0))
        self.reading: LastReading | None = None
        self.handle = self._open()

    def _open(self) -> Handle:
        driver = self.backend.driver
        return self.backend.told("open", (), lambda: driver.open(self.data.path))

    def close(self) -> None:
        """Close the backend."""
        self.backend.told("close", (), self.handle.close)

    def reopen(self) -> None:
        """Close the backend and open it again on the same data path."""
        self.close()
        self.handle = self._open()

    def open_anew(self) -> None:
        """Open the backend again after its server died; the old handle's close may fail."""
        with suppress(SchedulerPersistenceError, EscapedFault):
            self.close()
        self.handle = self._open()

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        """Call record_scheduled; `window` then tells between which instants the backend read its clock."""
        before = self.backend.clock.bounds()
        self.backend.told(
            "record_scheduled", (id, schedule), lambda: self.handle.record_scheduled(id, schedule)
        )
        self.window = (before[0], self.backend.clock.bounds()[1])

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        """Call record_started."""
        self.backend.told(
            "record_started", (id, started_at), lambda: self.handle.record_started(id, started_at)
        )

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        """Call record_finished."""
        self.backend.told(
            "record_finished",
            (id, finished_at, success),
            lambda: self.handle.record_finished(id, finished_at, success),
        )

    def cancel(self, id: QName) -> None:
        """Call cancel."""
        self.backend.told("cancel", (id,), lambda: self.handle.cancel(id))

    def flush_checkpoint(self) -> None:
        """Call flush_checkpoint."""
        self.backend.told("flush_checkpoint", (), lambda: self.handle.flush_checkpoint())

    def load_all(self) -> list[SchedulerJobRecord]:
        """Call load_all."""
        return self.backend.told("load_all", (), lambda: self.handle.load_all())

    def spoil_last_load(self) -> None:
        """Put something else into the list that load_all returned last."""
        self.backend.note("the caller changes the list that it was given")
        self.handle.spoil_last_load()

    def perform(self, operation: Operation) -> None:
        """Call what a value of the model stands for."""
        match operation:
            case FlushCheckpoint():
                self.flush_checkpoint()
            case Reopen():
                self.reopen()
            case _:
                carry_out(operation, self)

    def plant_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put raw rows into the storage of a backend that offers it."""
        told: object = list(rows)
        if len(rows) > _MANY_ROWS:
            told = Words(f"{len(rows)} rows, from {show(rows[0])} to {show(rows[-1])}")
        self.backend.told("plant_rows", (told,), lambda: self.handle.plant_rows(rows))

    def wire_mirror(self, *, fail: bool = False) -> None:
        """Wire one more recording executor; one that raises if `fail`."""
        words = "wire an executor that raises" if fail else "wire an executor"
        self.backend.told(words, (), lambda: self.handle.wire_mirror(fail=fail))

    def mirror_statements(self) -> tuple[Statement, ...]:
        """All statements sent so far."""
        return self.backend.observed("mirror_statements", self.handle.mirror_statements)

    def mirror_log(self) -> tuple[LogLine, ...]:
        """What the backend logged so far."""
        return self.backend.observed("mirror_statements", self.handle.mirror_log)

    def one(self, id: QName) -> SchedulerJobRecord:
        """The one record that load_all returns for a job."""
        records = self.load_all()
        found = [record for record in records if str(record.id) == str(id)]
        claim = "load_all returns one record for the job"
        expect(len(found) == 1, claim, expected=Words(f"one record of {str(id)!r}"), observed=records)
        return found[0]

    def expected_next_fire(self, schedule: Schedule) -> NextFire:
        """What the last record_scheduled may have stored as next fire time."""
        return next_fire_after(schedule, *self.window)

    def document(self) -> bytes | None:
        """What the document holds now; None where there is none."""
        self.reading = LastReading(self.data.read_document(), self.backend.tally.operations)
        return self.reading.content

    def rows(self) -> tuple[StoredRow, ...]:
        """The rows of the document, read by the oracle; none where there is no document."""
        content = self.document()
        try:
            return read_document(content or b"")
        except DocumentRefused as refusal:
            raise Nonconformance(
                "the document can be read back", "a document of the format", f"{refusal}: {show(content)}"
            ) from None

    def row(self, id: QName) -> StoredRow:
        """The one row of the document for a job."""
        rows = self.rows()
        found = [row for row in rows if row.qname == str(id)]
        claim = "the document holds one row for the job"
        expect(len(found) == 1, claim, expected=Words(f"one row of {str(id)!r}"), observed=rows)
        return found[0]

    def contents(self) -> dict[str, StoredRow | SchedulerJobRecord]:
        """All that is stored, by dotted id: rows where there is a document, else what load_all restores."""
        if self.backend.keeps_document:
            return {row.qname: row for row in self.rows()}
        return {str(record.id): record for record in self.load_all()}

    def concurrently(self, story: str, jobs: Sequence[Callable[[], None]], *, patience: float = 3.0) -> None:
        """Run each job in a thread of its own, all at once; raise the first exception that came out.

        Together they may take `patience` times the usual limit.
        """
        crowd = Crowd(jobs)
        with self.backend.patient(patience):
            self.backend.told(story, (), crowd.run)
        if crowd.errors:
            raise crowd.errors[0]
