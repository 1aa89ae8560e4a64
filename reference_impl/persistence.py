"""The backends: lock, read, change, write, mirror. And the null backend, and the choice between them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    QName,
    Schedule,
    SchedulerJobRecord,
    SchedulerJobStatus,
    SystemTime,
)
from reference_impl import rows as changes
from reference_impl.mirror import LazyCypherSink, removal_statement, status_statement
from reference_impl.rows import Row
from reference_impl.schedule import next_after
from reference_impl.sidecar import VecSidecar

Change: TypeAlias = Callable[[Sequence[Row]], list[Row]]


def system_clock() -> SystemTime:
    """Now. Raises ValueError when the clock stands before 1970."""
    return SystemTime.from_nanos(time.time_ns())


class SystemLabelSchedulerPersistence:
    """Jobs in the document <data_path>/_system/background_jobs.json, mirrored into a graph through a sink.

    A mutation reads the document anew, so what others wrote into it survives (ER-04, CC-04), and always
    writes it, also when nothing changes: the same change may be in place from an earlier call that failed
    before it was durable. The mirror is told after the write, outside the lock, so that an executor may call
    back; two statements on one job may therefore change places. Nothing stays open between calls.
    """

    next_after = staticmethod(next_after)
    upsert_schedule = staticmethod(changes.upsert_schedule)
    upsert_status = staticmethod(changes.upsert_status)
    remove = staticmethod(changes.remove)
    restore = staticmethod(changes.restore)

    def __init__(
        self,
        sidecar: VecSidecar,
        cypher_sink: LazyCypherSink | None = None,
        clock: Callable[[], SystemTime] = system_clock,
    ) -> None:
        self.sidecar = sidecar
        self.cypher_sink = cypher_sink or LazyCypherSink()
        self.clock = clock

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        """Store the schedule and its next fire time. The mirror is not told (CM-03)."""
        next_fire_at = self.next_after(schedule, self.now())
        self.change(lambda rows: self.upsert_schedule(rows, str(id), schedule, next_fire_at))

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        """Store and mirror the status Running."""
        self.change_status(id, SchedulerJobStatus.RUNNING)

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        """Store and mirror the status Idle or, without success, FailedRetrying."""
        status = SchedulerJobStatus.IDLE if success else SchedulerJobStatus.FAILED_RETRYING
        self.change_status(id, status)

    def cancel(self, id: QName) -> None:
        """Remove the job from the document and from the mirror; an unknown one is no error."""
        self.change(lambda rows: self.remove(rows, str(id)))
        self.cypher_sink.send(removal_statement(id))

    def load_all(self) -> list[SchedulerJobRecord]:
        """All jobs as they are restored after a restart. Changes nothing."""
        return self.restore(self.sidecar.read())

    def flush_checkpoint(self) -> None:
        """Do nothing: whatever has returned is durable."""

    def change_status(self, id: QName, status: SchedulerJobStatus) -> None:
        """Store the status, then mirror it (CM-04)."""
        self.change(lambda rows: self.upsert_status(rows, str(id), status))
        self.cypher_sink.send(status_statement(id, status))

    def change(self, change: Change) -> None:
        """Lock, read, change, write."""
        with self.sidecar.exclusive():
            self.sidecar.write(change(self.sidecar.read()))

    def now(self) -> SystemTime:
        """The clock's instant."""
        try:
            return self.clock()
        except ValueError as error:
            raise SchedulerPersistenceError(f"the clock shows no instant to store: {error}") from error


class MemoryPersistence:
    """The null backend: accepts everything, keeps nothing (FS-01)."""

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        """Do nothing."""

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        """Do nothing."""

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        """Do nothing."""

    def cancel(self, id: QName) -> None:
        """Do nothing."""

    def load_all(self) -> list[SchedulerJobRecord]:
        """No jobs."""
        return []

    def flush_checkpoint(self) -> None:
        """Do nothing."""


def document_path(data_path: Path) -> Path:
    """Where the document of a data path lies (FM-01)."""
    return data_path / "_system" / "background_jobs.json"


def scheduler_persistence_for_data_path(
    data_path: Path | None,
) -> tuple[SystemLabelSchedulerPersistence, LazyCypherSink] | tuple[MemoryPersistence, None]:
    """The durable backend and its sink for a data path; the null backend and no sink for None (FS-02)."""
    if data_path is None:
        return MemoryPersistence(), None
    sink = LazyCypherSink()
    return SystemLabelSchedulerPersistence(VecSidecar(document_path(data_path)), sink), sink
