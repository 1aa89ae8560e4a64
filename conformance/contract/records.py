"""The values of the interface: names, instants, schedules, job records.

All numbers are exact integers; an instant or a duration never passes through a float.

A document of 100,000 rows is some 600,000 of these values. So the commonest have an `__init__` of their own,
which sets a member through its slot: the one that a frozen dataclass gets takes about twice as long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Self, TypeAlias

NANOS_PER_SECOND = 1_000_000_000
MAX_INSTANT_SECS = 2**63 - 1
MAX_DURATION_SECS = 2**64 - 1
MAX_CONSECUTIVE_FAILURES = 2**32 - 1


def _require_integer(what: str, value: object, highest: int) -> None:
    if type(value) is not int:
        raise TypeError(f"{what} must be an int, not {type(value).__name__}")
    if not 0 <= value <= highest:
        raise ValueError(f"{what} must lie between 0 and {highest}, not {value}")


def _setters(record: type) -> tuple[Callable[[object, object], None], ...]:
    """Sets each member of a frozen dataclass, in the members' order: for use while an object is made."""
    return tuple(getattr(record, member.name).__set__ for member in fields(record))


def _require_text(what: str, value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{what} must be a str, not {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class QName:
    """A job's qualified name. Both parts are non-empty (`QName::new` panics otherwise).

    Two qnames with one dotted form are different values here, and one job to a backend (QN-07).
    """

    namespace: str
    local: str

    def __init__(self, namespace: str, local: str) -> None:
        _require_text("namespace", namespace)
        _require_text("local", local)
        if not namespace or not local:
            raise ValueError(f"namespace and local must not be empty, got {namespace!r} and {local!r}")
        _set_namespace(self, namespace)
        _set_local(self, local)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Split `text` at its last dot (QN-01). Raises ValueError without a dot or with an empty part."""
        namespace, dot, local = text.rpartition(".")
        if not dot:
            raise ValueError(f"a qname needs a dot: {text!r}")
        return cls(namespace, local)

    def __str__(self) -> str:
        return f"{self.namespace}.{self.local}"


_set_namespace, _set_local = _setters(QName)


@dataclass(frozen=True, slots=True, order=True)
class SystemTime:
    """An instant: whole seconds since the Unix epoch (0 to 2^63-1) and nanoseconds (0 to 999,999,999)."""

    secs_since_epoch: int
    nanos_since_epoch: int

    def __init__(self, secs_since_epoch: int, nanos_since_epoch: int) -> None:
        _require_integer("secs_since_epoch", secs_since_epoch, MAX_INSTANT_SECS)
        _require_integer("nanos_since_epoch", nanos_since_epoch, NANOS_PER_SECOND - 1)
        _set_secs_since_epoch(self, secs_since_epoch)
        _set_nanos_since_epoch(self, nanos_since_epoch)

    @classmethod
    def from_nanos(cls, nanos: int) -> Self:
        """The instant `nanos` nanoseconds after the epoch. Raises ValueError outside the range."""
        return cls(*divmod(nanos, NANOS_PER_SECOND))

    def to_nanos(self) -> int:
        """Nanoseconds since the epoch."""
        return self.secs_since_epoch * NANOS_PER_SECOND + self.nanos_since_epoch


_set_secs_since_epoch, _set_nanos_since_epoch = _setters(SystemTime)


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time: whole seconds (0 to 2^64-1) and nanoseconds (0 to 999,999,999)."""

    secs: int
    nanos: int

    def __init__(self, secs: int, nanos: int) -> None:
        _require_integer("secs", secs, MAX_DURATION_SECS)
        _require_integer("nanos", nanos, NANOS_PER_SECOND - 1)
        _set_secs(self, secs)
        _set_nanos(self, nanos)

    def to_nanos(self) -> int:
        """The length in nanoseconds."""
        return self.secs * NANOS_PER_SECOND + self.nanos


_set_secs, _set_nanos = _setters(Duration)


@dataclass(frozen=True, slots=True)
class Once:
    """Fire once, at an instant."""

    at: SystemTime


@dataclass(frozen=True, slots=True)
class Periodic:
    """Fire again and again, `every` apart."""

    every: Duration


@dataclass(frozen=True, slots=True)
class Cron:
    """Fire when a cron expression matches. Any text is kept, also one that no parser accepts (RT-04)."""

    expr: str

    def __post_init__(self) -> None:
        _require_text("expr", self.expr)


@dataclass(frozen=True, slots=True)
class Manual:
    """Fire when asked."""


MANUAL = Manual()

Schedule: TypeAlias = Once | Periodic | Cron | Manual


class SchedulerJobStatus(Enum):
    """What a job is doing. The value is the text a document stores."""

    PENDING = "Pending"
    RUNNING = "Running"
    IDLE = "Idle"
    FAILED_RETRYING = "FailedRetrying"
    CANCELLED = "Cancelled"


class CancellationToken:
    """A flag that one thread trips and others watch."""

    __slots__ = ("_cancelled",)

    def __init__(self) -> None:
        self._cancelled = False

    def cancel(self) -> None:
        """Trip the token. Tripping it again changes nothing."""
        self._cancelled = True

    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled

    def __repr__(self) -> str:
        return f"CancellationToken(cancelled={self._cancelled})"


@dataclass(frozen=True, slots=True)
class SchedulerJobRecord:
    """A job as `load_all` restores it. Equality leaves the token out: every load makes new ones (RT-12)."""

    id: QName
    status: SchedulerJobStatus = SchedulerJobStatus.PENDING
    next_fire_at: SystemTime | None = None
    last_started_at: SystemTime | None = None
    last_finished_at: SystemTime | None = None
    consecutive_failures: int = 0
    schedule: Schedule = field(default_factory=Manual)
    cancel: CancellationToken = field(default_factory=CancellationToken, compare=False, repr=False)

    def __init__(
        self,
        id: QName,
        status: SchedulerJobStatus = SchedulerJobStatus.PENDING,
        next_fire_at: SystemTime | None = None,
        last_started_at: SystemTime | None = None,
        last_finished_at: SystemTime | None = None,
        consecutive_failures: int = 0,
        schedule: Schedule = MANUAL,
        cancel: CancellationToken | None = None,
    ) -> None:
        _set_id(self, id)
        _set_status(self, status)
        _set_next_fire_at(self, next_fire_at)
        _set_last_started_at(self, last_started_at)
        _set_last_finished_at(self, last_finished_at)
        _set_consecutive_failures(self, consecutive_failures)
        _set_schedule(self, schedule)
        _set_cancel(self, CancellationToken() if cancel is None else cancel)


(
    _set_id,
    _set_status,
    _set_next_fire_at,
    _set_last_started_at,
    _set_last_finished_at,
    _set_consecutive_failures,
    _set_schedule,
    _set_cancel,
) = _setters(SchedulerJobRecord)
