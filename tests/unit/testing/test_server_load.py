from __future__ import annotations

import random
import threading
from functools import partial
from typing import cast

from conformance.contract.connection import Handle
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    Manual,
    Once,
    QName,
    Schedule,
    SchedulerJobRecord,
    SystemTime,
)
from conformance.oracle.linearizable import Ending, HistoryEvent
from conformance.oracle.model import RecordScheduled
from conformance.testing.histories import JobEvent, Look, told, unexplained
from conformance.testing.server_load import Load, losses

AN_INSTANT = SystemTime(1, 0)
JOB = QName("kit", "job")
THREADS = 3


class Server:
    """Keeps jobs in memory; from its death on every call fails. What it noted last is kept apart."""

    def __init__(self) -> None:
        self.jobs: dict[str, Schedule] = {}
        self.before: dict[str, Schedule] = {}
        self.alive = True
        self._lock = threading.Lock()
        self._refused = threading.Semaphore(0)

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        self._set(str(id), schedule)

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self._set(str(id), None)

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        self._set(str(id), None)

    def cancel(self, id: QName) -> None:
        with self._lock:
            self._check()
            self.before = dict(self.jobs)
            self.jobs.pop(str(id), None)

    def die(self) -> None:
        """Every thread calls once more and is refused, however slowly it is scheduled."""
        with self._lock:
            self.alive = False
        for _ in range(THREADS):
            self._refused.acquire(timeout=60)

    def records(self, jobs: dict[str, Schedule]) -> list[SchedulerJobRecord]:
        return [SchedulerJobRecord(QName.parse(name), schedule=plan) for name, plan in jobs.items()]

    def _set(self, name: str, schedule: Schedule | None) -> None:
        with self._lock:
            self._check()
            self.before = dict(self.jobs)
            self.jobs[name] = schedule or self.jobs.get(name, Manual())

    def _check(self) -> None:
        if not self.alive:
            self._refused.release()
            raise SchedulerPersistenceError("it is dead")


def a_load() -> tuple[Server, Load]:
    server = Server()
    load = Load("kit.load", cast("Handle", server))
    load.until_it_dies(THREADS, partial(server.die), random.Random(7))
    return server, load


def test_each_thread_works_until_the_server_is_dead() -> None:
    _, load = a_load()

    assert load.acknowledged() > 0
    assert load.in_flight() == THREADS


def test_a_server_that_forgets_nothing_loses_nothing() -> None:
    server, load = a_load()

    assert [] == losses(load, {}, (2**62, 2**62 + 1), server.records(server.jobs))


def test_a_forgotten_job_is_a_loss_that_names_the_call() -> None:
    server, load = a_load()
    forgotten = next(name for name in server.jobs if isinstance(server.jobs[name], Once))
    left = {name: plan for name, plan in server.jobs.items() if name != forgotten}

    lost = losses(load, {}, (2**62, 2**62 + 1), server.records(left))

    assert [forgotten] == [loss.id for loss in lost]
    assert "returned" in told(unexplained(lost[0].history, None), 0)[0]


def test_what_survived_an_earlier_death_must_survive_the_next() -> None:
    server, load = a_load()
    standing: dict[str, Schedule] = {"kit.old": Once(AN_INSTANT)}

    lost = losses(load, standing, (2**62, 2**62 + 1), server.records(server.jobs))

    assert [("kit.old", Once(AN_INSTANT))] == [(loss.id, loss.before) for loss in lost]
    assert ["0.000 to 0.000 ms  after the crash: a look saw no such job"] == told(lost[0].history, 2**62)


def test_the_smallest_history_is_told_with_its_calls_and_times() -> None:
    first: JobEvent = HistoryEvent(
        RecordScheduled(JOB, Once(SystemTime(1, 0))), 1_000_000, 2_000_000, caller="thread 1"
    )
    second: JobEvent = HistoryEvent(
        RecordScheduled(JOB, Once(SystemTime(2, 0))), 3_000_000, 4_500_000, caller="thread 2"
    )
    look: JobEvent = HistoryEvent(
        Look(), 5_000_000, 6_000_000, observed=(Once(SystemTime(1, 0)),), caller="at the end"
    )

    lines = told(unexplained([first, second, look], None), 1_000_000)

    assert [
        "2.000 to 3.500 ms  thread 2: record_scheduled(QName('kit', 'job'), Once(SystemTime(2, 0))) returned",
        "4.000 to 5.000 ms  at the end: a look saw Once(SystemTime(1, 0))",
    ] == lines


def test_a_call_that_failed_need_not_have_happened() -> None:
    failed: JobEvent = HistoryEvent(RecordScheduled(JOB, Once(SystemTime(1, 0))), 1, 2, Ending.FAILED)
    nothing: JobEvent = HistoryEvent(Look(), 3, 4, observed=())

    assert () == unexplained([failed, nothing], None)
