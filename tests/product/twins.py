"""The product and the reference, each on a data path of its own, told the same at the same instants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from product.client import Product, Refused, fresh_data_path

from conformance.contract.records import (
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SystemTime,
)
from conformance.oracle.document import loaded_rows, read_document
from conformance.oracle.next_fire import next_fire
from conformance.workspace import DataPath
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar, next_after
from reference_impl.persistence import document_path

A_TIME_THAT_IS_NOT_STORED = SystemTime(0, 0)


@dataclass(frozen=True, slots=True)
class ScheduleCall:
    """CALL uni.periodic.schedule(qname, kind, argument)."""

    qname: str
    kind: str
    argument: str


@dataclass(frozen=True, slots=True)
class CancelCall:
    """CALL uni.periodic.cancel(qname)."""

    qname: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The scheduler looks which jobs are due and runs them; nothing provides them, so they fail."""


@dataclass(frozen=True, slots=True)
class CloseAndOpen:
    """Shut the database down and open it again."""


@dataclass(frozen=True, slots=True)
class HoldAt:
    """Hold both clocks at another instant."""

    now_ns: int


Call: TypeAlias = ScheduleCall | CancelCall | Tick | CloseAndOpen | HoldAt


class Twins:
    """Tells both the same. What the product should refuse, the reference is not told."""

    def __init__(self, product: Product, data: DataPath, reference_data: DataPath, now_ns: int) -> None:
        self._product = product
        self._data = data
        self._reference_data = reference_data
        self._now = SystemTime.from_nanos(now_ns)
        self._due_at: dict[str, SystemTime | None] = {}
        self.reference = self._reopened_reference()
        self._remember_rows()

    def take(self, call: Call) -> None:
        """Make a call to both. Raises AssertionError for what the product should refuse, or should not."""
        match call:
            case ScheduleCall(qname, kind, argument):
                self._schedule(qname, kind, argument)
            case CancelCall(qname):
                self._cancel(qname)
            case Tick():
                self._tick()
            case CloseAndOpen():
                self._product.close()
                self._product.open(self._data)
                self.reference = self._reopened_reference()
                self._remember_rows()
            case HoldAt(now_ns):
                self._product.hold(now_ns)
                self._now = SystemTime.from_nanos(now_ns)

    def documents(self) -> tuple[bytes | None, bytes | None]:
        """What the reference and the product hold."""
        return self._reference_data.read_document(), self._data.read_document()

    def _schedule(self, qname: str, kind: str, argument: str) -> None:
        schedule = schedule_of(kind, argument, self._now)
        id = id_of(qname)
        taken = accepted(self._product, ScheduleCall(qname, kind, argument))
        assert taken == (schedule is not None and id is not None), (qname, kind, argument)
        if schedule is not None and id is not None:
            self.reference.record_scheduled(id, schedule)
            self._due_at[qname] = next_after(schedule, self._now)

    def _cancel(self, qname: str) -> None:
        """The product writes nothing for an unknown job, the reference always; both are right (CX-02)."""
        id = id_of(qname)
        taken = accepted(self._product, CancelCall(qname))
        assert taken == (id is not None), qname
        if id is not None and qname in self._due_at:
            del self._due_at[qname]
            self.reference.cancel(id)

    def _tick(self) -> None:
        due = [qname for qname, at in self._due_at.items() if at is not None and at <= self._now]
        self._product.tick(due)
        for qname in due:
            id = QName.parse(qname)
            self.reference.record_started(id, A_TIME_THAT_IS_NOT_STORED)
            self.reference.record_finished(id, A_TIME_THAT_IS_NOT_STORED, False)

    def _reopened_reference(self) -> SystemLabelSchedulerPersistence:
        return open_reference(self._reference_data, lambda: self._now)

    def _remember_rows(self) -> None:
        """Opened, the scheduler counts from now: a Manual job is due, a periodic one after its period."""
        rows = loaded_rows(read_document(self._data.read_document() or b""))
        self._due_at = {str(row.id): due_when_opened(row.schedule, self._now) for row in rows}


@contextmanager
def twins(product: Product, now_ns: int, document: bytes | None = None) -> Iterator[Twins]:
    """Both opened on the same document."""
    with fresh_data_path() as data, fresh_data_path() as reference_data:
        if document is not None:
            data.write_document(document)
            reference_data.write_document(document)
        with product.opened(data, now_ns):
            yield Twins(product, data, reference_data, now_ns)


def open_reference(data: DataPath, clock: Callable[[], SystemTime]) -> SystemLabelSchedulerPersistence:
    """The reference on a data path, with a clock of its own."""
    return SystemLabelSchedulerPersistence(VecSidecar(document_path(data.path)), clock=clock)


def accepted(product: Product, call: ScheduleCall | CancelCall) -> bool:
    """Make one call to the product alone: whether it takes it. Raises Panicked, Hung."""
    try:
        match call:
            case ScheduleCall(qname, kind, argument):
                product.schedule(qname, kind, argument)
            case CancelCall(qname):
                product.cancel(qname)
    except Refused:
        return False
    return True


def id_of(qname: str) -> QName | None:
    """The id that a text names, None for no name."""
    try:
        return QName.parse(qname)
    except ValueError:
        return None


def schedule_of(kind: str, argument: str, now: SystemTime) -> Schedule | None:
    """The schedule that a call asks for; None where the product refuses it."""
    match kind:
        case "manual":
            return Manual()
        case "periodic":
            return Periodic(Duration(int(argument), 0))
        case "cron":
            try:
                next_fire(argument, now)
            except ValueError:
                return None
            return Cron(argument)
    raise ValueError(kind)


def due_when_opened(schedule: Schedule, now: SystemTime) -> SystemTime | None:
    """When a job that was loaded at `now` is due: a Once job that was missed, at once."""
    if isinstance(schedule, Once):
        return schedule.at
    return next_after(schedule, now)
