"""What the stores here share: the interface, on the few things that each kind of store does its own way."""

from __future__ import annotations

import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import ClassVar, NamedTuple

import msgspec

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

PENDING = SchedulerJobStatus.PENDING.value
MANUAL = '"Manual"'
NEVER = "null"


class JobRow(NamedTuple):
    """A job as a store keeps it: `schedule` and `next_fire_at` as JSON texts, None in rows of old versions.

    As texts, because most stores' own integers end below 2^64-1 seconds.
    """

    qname: str
    status: str = PENDING
    consecutive_failures: int = 0
    schedule: str | None = MANUAL
    next_fire_at: str | None = NEVER


class JobStore(ABC):
    """The interface for a store that says how it puts, removes and lists rows.

    Each of these is atomic, and durable when it returns; so there is no flush_checkpoint. `errors` are what
    its library raises.
    """

    errors: ClassVar[tuple[type[Exception], ...]] = ()

    @abstractmethod
    def put_schedule(self, qname: str, schedule: str, next_fire_at: str) -> None:
        """Change the job's schedule; a new job is Pending, with no failures."""

    @abstractmethod
    def put_status(self, qname: str, status: str) -> None:
        """Change the job's status; a new job is Manual, with no failures."""

    @abstractmethod
    def remove(self, qname: str) -> None:
        """Remove the job, if there is one."""

    @abstractmethod
    def rows(self) -> Iterable[JobRow]:
        """All jobs, as they were at one moment."""

    @abstractmethod
    def plant(self, rows: Sequence[JobRow]) -> None:
        """Put rows in, those of old versions too, as these would have left them."""

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        """Store the schedule and its next fire time."""
        fires = next_after(schedule, SystemTime.from_nanos(time.time_ns()))
        next_fire_at = None if fires is None else store_instant(fires)
        with self.own_errors():
            self.put_schedule(str(id), _text(store_schedule(schedule)), _text(next_fire_at))

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        """Store the status Running."""
        with self.own_errors():
            self.put_status(str(id), SchedulerJobStatus.RUNNING.value)

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        """Store the status Idle or, without success, FailedRetrying."""
        status = SchedulerJobStatus.IDLE if success else SchedulerJobStatus.FAILED_RETRYING
        with self.own_errors():
            self.put_status(str(id), status.value)

    def cancel(self, id: QName) -> None:
        """Remove the job; an unknown one is no error."""
        with self.own_errors():
            self.remove(str(id))

    def load_all(self) -> list[SchedulerJobRecord]:
        """All jobs as they are restored after a restart."""
        with self.own_errors():
            return restore(map(_restored, self.rows()))

    def close(self) -> None:  # noqa: B027 - many hold nothing open
        """Give back what the store holds open."""

    def plant_rows(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Put raw rows in, as older and newer versions left them."""
        with self.own_errors():
            self.plant([_planted(raw) for raw in rows])

    @contextmanager
    def own_errors(self) -> Iterator[None]:
        """Let the library's errors out as the interface's."""
        try:
            yield
        except (OSError, ValueError, TypeError) as error:
            raise SchedulerPersistenceError(f"{type(self).__name__}: {error}") from error
        except self.errors as error:
            raise SchedulerPersistenceError(f"{type(self).__name__}: {error}") from error


def digest(text: str) -> bytes:
    """A key of fixed length for a name of any length: indexes and file names have their limits."""
    return hashlib.sha256(text.encode()).digest()


def _text(value: StoredSchedule | StoredInstant | None) -> str:
    return msgspec.json.encode(value).decode()


def _planted(raw: Mapping[str, object]) -> JobRow:
    row = msgspec.convert(raw, Row)
    return JobRow(
        row.qname,
        row.status,
        row.consecutive_failures,
        _text(row.schedule) if "schedule" in raw else None,
        _text(row.next_fire_at) if "next_fire_at" in raw else None,
    )


def _restored(row: JobRow) -> Row:
    return Row(
        row.qname,
        row.status,
        row.consecutive_failures,
        msgspec.json.decode(row.schedule or MANUAL, type=StoredSchedule),
        msgspec.json.decode(row.next_fire_at or NEVER, type=StoredInstant | None),
    )
