"""The interface that backends implement, and its values. All numbers are exact integers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

NANOS_PER_SECOND = 1_000_000_000


class QName(NamedTuple):
    """A job's qualified name. Both parts are non-empty."""

    namespace: str
    local: str

    def __str__(self) -> str:
        return f"{self.namespace}.{self.local}"


class Instant(NamedTuple):
    """A point in time, from the Unix epoch to 2^63-1 seconds after it."""

    secs_since_epoch: int
    nanos_since_epoch: int


class Duration(NamedTuple):
    """A length of time, up to 2^64-1 seconds."""

    secs: int
    nanos: int


@dataclass(frozen=True)
class Once:
    at: Instant


@dataclass(frozen=True)
class Periodic:
    every: Duration


@dataclass(frozen=True)
class Cron:
    expression: str


@dataclass(frozen=True)
class Manual:
    pass


Schedule: TypeAlias = Once | Periodic | Cron | Manual


@dataclass(frozen=True)
class JobRecord:
    """A job as `load_all` restores it: Pending, never started, not cancelled (RT-12)."""

    id: QName
    next_fire_at: Instant | None
    consecutive_failures: int
    schedule: Schedule


class PersistenceError(Exception):
    """The one error that operations raise. The message names the document (ER-05).

    `uncertain` tells that the change may be stored all the same.
    """

    def __init__(self, message: str, *, uncertain: bool = False) -> None:
        super().__init__(message)
        self.uncertain = uncertain


class SchedulerPersistence(Protocol):
    """Durable background jobs: one row for each dotted id. May be called from several threads."""

    def record_scheduled(self, id: QName, schedule: Schedule) -> None: ...
    def record_started(self, id: QName, started_at: Instant) -> None: ...
    def record_finished(self, id: QName, finished_at: Instant, success: bool) -> None: ...
    def cancel(self, id: QName) -> None: ...
    def load_all(self) -> list[JobRecord]: ...
    def flush_checkpoint(self) -> None: ...


class Clock:
    """The system's clock, which the kit may hold still."""

    def __init__(self) -> None:
        self.held: Instant | None = None

    def now(self) -> Instant:
        return self.held or Instant(*divmod(time.time_ns(), NANOS_PER_SECOND))
