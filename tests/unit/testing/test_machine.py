"""The walk beside the model: right backends are blamed for nothing, wrong ones for what they break."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import reference_impl
from conformance import target
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SchedulerJobRecord,
    SystemTime,
)
from conformance.oracle.document import StoredRow, read_document, write_document
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    Operation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    Reopen,
    apply,
    loaded,
)
from conformance.testing.expect import Nonconformance
from conformance.testing.machine import walk
from conformance.testing.model import Model
from conformance.testing.strategies import programs

from .benches import backend_of

NOON = SystemTime(1_800_000_000, 0)
AT = SystemTime(1_700_000_000, 1)
JOB, TWO, LIKE = QName("kit", "job"), QName("kit", "two"), QName("kit", "jobs")
HOURLY = Periodic(Duration(3_600, 0))
STORES: dict[str, tuple[StoredRow, ...]] = {}


class InMemory:
    """Right without a document: rows by their data path, newest first."""

    def __init__(self, data_path: Path) -> None:
        self._place = str(data_path)

    def _change(self, operation: Any) -> None:
        nanos = time.time_ns()
        model = Model(reversed(STORES.get(self._place, ())))
        model.perform(operation, now=SystemTime.from_nanos(nanos))
        STORES[self._place] = tuple(reversed(model.rows()))

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        self._change(RecordScheduled(id, schedule))

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self._change(RecordStarted(id, started_at))

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        self._change(RecordFinished(id, finished_at, success))

    def cancel(self, id: QName) -> None:
        self._change(Cancel(id))

    def load_all(self) -> list[SchedulerJobRecord]:
        return list(loaded(STORES.get(self._place, ())))


@target(conformance_class="store", capabilities=["clock"])
def open_in_memory(data_path: Path) -> InMemory:
    return InMemory(data_path)


class CancelReorders(reference_impl.SystemLabelSchedulerPersistence):
    """Right: what a cancel does to the order of the others is left open."""

    def cancel(self, id: QName) -> None:
        super().cancel(id)
        path = self._data_path / "_system" / "background_jobs.json"
        if path.exists():
            path.write_bytes(write_document(tuple(reversed(read_document(path.read_bytes())))))

    _data_path: Path


def open_reordering(data_path: Path) -> CancelReorders:
    made = CancelReorders(reference_impl.VecSidecar(data_path / "_system" / "background_jobs.json"))
    made._data_path = data_path
    return made


RIGHT = [reference_impl.open_backend, open_in_memory, open_reordering]


def outcome(open_backend: Callable[[Path], Any], program: list[Operation]) -> str | None:
    """The requirement that the walk says is broken, if it says so of any."""
    with backend_of(open_backend) as backend, backend.fresh(now=NOON) as store:
        try:
            walk(store, program)
        except Nonconformance as broken:
            return broken.requirement or "none"
    return None


@pytest.mark.parametrize("open_backend", RIGHT)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(program=programs(cancelling_unknown=True))
def test_a_right_backend_is_not_blamed(open_backend: Callable[[Path], Any], program: list[Operation]) -> None:
    assert outcome(open_backend, program) is None


EVERY_KIND: tuple[Schedule, ...] = (
    HOURLY,
    Manual(),
    Once(NOON),
    Once(AT),
    Cron("0 0 0 1 1 *"),
    Cron("no expression"),
)


@pytest.mark.parametrize("open_backend", RIGHT)
@pytest.mark.parametrize("schedule", EVERY_KIND, ids=str)
def test_no_kind_of_schedule_is_blamed(open_backend: Callable[[Path], Any], schedule: Schedule) -> None:
    first, again = RecordScheduled(JOB, schedule), RecordScheduled(JOB, HOURLY)
    program: list[Operation] = [first, Reopen(), again, first, FlushCheckpoint(), Cancel(JOB), first]

    assert outcome(open_backend, program) is None


@pytest.mark.parametrize("open_backend", RIGHT)
def test_two_spellings_of_one_job_are_not_blamed(open_backend: Callable[[Path], Any]) -> None:
    one, other = QName("a.b", "c"), QName("a", "b.c")
    program: list[Operation] = [
        RecordScheduled(one, HOURLY),
        RecordStarted(other, AT),
        Reopen(),
        Cancel(other),
    ]

    assert outcome(open_backend, program) is None


class Wrong:
    """The reference, with a defect."""

    def __init__(self, data_path: Path) -> None:
        self.path = data_path / "_system" / "background_jobs.json"
        self.right = reference_impl.open_backend(data_path)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.right, name)

    def rows(self) -> tuple[StoredRow, ...]:
        return read_document(self.path.read_bytes()) if self.path.exists() else ()

    def write(self, rows: tuple[StoredRow, ...]) -> None:
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_bytes(write_document(rows))


class CancelsLikeIds(Wrong):
    def cancel(self, id: QName) -> None:
        self.write(tuple(row for row in self.rows() if not row.qname.startswith(str(id))))


class CancelsNothing(Wrong):
    def cancel(self, id: QName) -> None:
        pass


class CancelClears(Wrong):
    def cancel(self, id: QName) -> None:
        known = any(row.qname == str(id) for row in self.rows())
        self.right.cancel(id) if known else self.write(())


class StartsTwice(Wrong):
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self.right.record_started(id, started_at)
        self.write((*self.rows(), self.rows()[-1]))


class StartDoesNotRun(Wrong):
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        if not any(row.qname == str(id) for row in self.rows()):
            self.right.record_started(id, started_at)


class StartForgetsTheSchedule(Wrong):
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self.right.record_started(id, started_at)
        self.write(tuple(replace(row, schedule=Manual(), next_fire_at=None) for row in self.rows()))


class AlwaysSucceeds(Wrong):
    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        self.right.record_finished(id, finished_at, success=True)


class CountsFailures(Wrong):
    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        self.right.record_finished(id, finished_at, success)
        self.write(
            tuple(replace(row, consecutive_failures=row.consecutive_failures + 1) for row in self.rows())
        )


class KeepsTheFirstSchedule(Wrong):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        kept = [row.schedule for row in self.rows() if row.qname == str(id)]
        self.right.record_scheduled(id, kept[0] if kept else schedule)


class NeverFires(Wrong):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        self.write(apply(self.rows(), RecordScheduled(id, schedule)))


class MovesToTheEnd(Wrong):
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self.right.record_started(id, started_at)
        rows = self.rows()
        mine = tuple(row for row in rows if row.qname == str(id))
        self.write((*(row for row in rows if row.qname != str(id)), *mine))


class StartsAll(Wrong):
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self.right.record_started(id, started_at)
        self.write(tuple(replace(row, status="Running") for row in self.rows()))


class RefusesToStart(Wrong):
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        raise SchedulerPersistenceError("no")


class LoadsRunning(Wrong):
    def load_all(self) -> list[SchedulerJobRecord]:
        return [replace(record, last_started_at=AT) for record in self.right.load_all()]


class LoadsOne(Wrong):
    def load_all(self) -> list[SchedulerJobRecord]:
        return self.right.load_all()[:1]


class KeepsTheGrave(Wrong):
    buried: tuple[StoredRow, ...] = ()

    def cancel(self, id: QName) -> None:
        self.buried += tuple(row for row in self.rows() if row.qname == str(id))
        self.right.cancel(id)

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self.write((*self.rows(), *(row for row in self.buried if row.qname == str(id))))
        self.right.record_started(id, started_at)


SCHEDULED: list[Operation] = [RecordScheduled(JOB, HOURLY), RecordScheduled(LIKE, HOURLY)]
DEFECTS: list[tuple[type[Wrong], list[Operation], str]] = [
    (CancelsLikeIds, [*SCHEDULED, Cancel(JOB)], "CX-03"),
    (CancelsNothing, [*SCHEDULED, Cancel(JOB)], "CX-01"),
    (CancelClears, [*SCHEDULED, Cancel(TWO)], "CX-02"),
    (KeepsTheGrave, [*SCHEDULED, Cancel(JOB), RecordStarted(JOB, AT)], "CX-05"),
    (StartsTwice, [RecordStarted(JOB, AT)], "UP-06"),
    (StartDoesNotRun, [*SCHEDULED, RecordStarted(JOB, AT)], "ST-02"),
    (StartForgetsTheSchedule, [RecordScheduled(JOB, HOURLY), RecordStarted(JOB, AT)], "UP-02"),
    (AlwaysSucceeds, [*SCHEDULED, RecordFinished(JOB, AT, False)], "ST-03"),
    (CountsFailures, [RecordScheduled(JOB, HOURLY), RecordFinished(JOB, AT, False)], "ST-04"),
    (KeepsTheFirstSchedule, [*SCHEDULED, RecordScheduled(JOB, Manual())], "UP-01"),
    (NeverFires, [RecordScheduled(JOB, HOURLY)], "NF-01"),
    (NeverFires, [RecordScheduled(JOB, Manual())], "NF-03"),
    (NeverFires, [RecordScheduled(JOB, Once(SystemTime(2_000_000_000, 0)))], "NF-02"),
    (NeverFires, [RecordScheduled(JOB, Cron("0 0 0 1 1 *"))], "NF-04"),
    (MovesToTheEnd, [*SCHEDULED, RecordStarted(JOB, AT)], "UP-08"),
    (StartsAll, [*SCHEDULED, RecordStarted(JOB, AT)], "UP-05"),
    (RefusesToStart, [RecordStarted(JOB, AT)], "UP-04"),
    (RefusesToStart, [*SCHEDULED, RecordStarted(JOB, AT)], "UP-02"),
    (LoadsRunning, [RecordStarted(JOB, AT)], "RT-12"),
    (LoadsOne, [*SCHEDULED], "UP-05"),
]


@pytest.mark.parametrize(
    ("wrong", "program", "requirement"), DEFECTS, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_wrong_backend_is_blamed_for_what_it_breaks(
    wrong: type[Wrong], program: list[Operation], requirement: str
) -> None:
    assert requirement == outcome(wrong, program)


@pytest.mark.parametrize("wrong", list(dict.fromkeys(wrong for wrong, _, _ in DEFECTS)))
def test_what_a_defect_does_not_touch_is_not_blamed(wrong: type[Wrong]) -> None:
    untouched: dict[type[Wrong], list[Operation]] = {
        NeverFires: [RecordStarted(JOB, AT), RecordFinished(JOB, AT, True), Cancel(JOB)],
        LoadsRunning: [FlushCheckpoint(), Reopen()],
        LoadsOne: [RecordStarted(JOB, AT), Reopen()],
    }

    assert outcome(wrong, untouched.get(wrong, [*SCHEDULED, Reopen(), FlushCheckpoint()])) is None


def test_the_order_that_a_cancel_leaves_is_the_one_to_keep() -> None:
    program: list[Operation] = [*SCHEDULED, RecordScheduled(TWO, HOURLY), Cancel(TWO), RecordStarted(JOB, AT)]

    assert outcome(open_reordering, program) is None
