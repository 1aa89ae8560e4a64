"""The backend put together: the golden calls, errors, the order of write and mirror, the factory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from freezegun import freeze_time

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    Cron,
    Duration,
    Manual,
    Periodic,
    QName,
    SchedulerJobRecord,
    SystemTime,
)
from conformance.golden import LoadCase, load_cases
from reference_impl import (
    MemoryPersistence,
    SystemLabelSchedulerPersistence,
    VecSidecar,
    open_backend,
    scheduler_persistence_for_data_path,
)
from reference_impl.persistence import document_path

GOLDEN_NOW = SystemTime.from_nanos(1_781_524_800_123_456_789)
NOW = SystemTime(1_781_524_800, 0)
JOB = QName("a", "b")

# What the product's own jobs did at opening, and periods that it cannot add, are no business of a backend.
REWRITTEN = [
    case
    for case in load_cases()
    if case.setup is None and case.input and case.output and not case.ran_at_open
]
MUTATIONS: list[Callable[[SystemLabelSchedulerPersistence], None]] = [
    lambda backend: backend.record_scheduled(JOB, Manual()),
    lambda backend: backend.record_started(JOB, NOW),
    lambda backend: backend.record_finished(JOB, NOW, False),
    lambda backend: backend.cancel(JOB),
]


class Recorder:
    """An executor that keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def execute_write_cypher(self, cypher: str, parameters: Mapping[str, object] | None = None) -> None:
        self.sent.append(cypher.split()[0])


@pytest.mark.parametrize("case", REWRITTEN, ids=lambda case: case.name)
def test_one_more_job_makes_of_a_document_what_the_product_made_of_it(tmp_path: Path, case: LoadCase) -> None:
    assert case.input is not None
    document = document_path(tmp_path)
    document.parent.mkdir()
    document.write_bytes(case.input)
    backend = SystemLabelSchedulerPersistence(VecSidecar(document), clock=lambda: GOLDEN_NOW)

    backend.record_scheduled(QName("probe", "added"), Cron("0 0 0 1 1 *"))

    assert document.read_bytes() == case.output


def test_a_new_data_path_holds_nothing_and_stays_as_it_is(tmp_path: Path) -> None:
    assert open_backend(tmp_path).load_all() == []
    assert list(tmp_path.iterdir()) == []


def test_what_was_recorded_is_there_after_a_restart(tmp_path: Path) -> None:
    backend = open_backend(tmp_path)
    with freeze_time("2026-06-15T12:00:00.5Z"):
        backend.record_scheduled(JOB, Periodic(Duration(60, 999_999_999)))
    backend.record_started(QName("a", "c.d"), NOW)
    backend.flush_checkpoint()

    expected = [
        SchedulerJobRecord(
            JOB,
            next_fire_at=SystemTime(1_781_524_861, 499_999_999),
            schedule=Periodic(Duration(60, 999_999_999)),
        ),
        SchedulerJobRecord(QName("a.c", "d")),
    ]
    assert open_backend(tmp_path).load_all() == expected


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_an_unreadable_document_is_left_alone(
    tmp_path: Path, mutation: Callable[[SystemLabelSchedulerPersistence], None]
) -> None:
    backend, recorder = open_backend(tmp_path), Recorder()
    backend.cypher_sink.set_host_executor(recorder)
    backend.record_started(JOB, NOW)
    document = document_path(tmp_path)
    good = document.read_bytes()
    document.write_bytes(good[:-1])

    with pytest.raises(SchedulerPersistenceError, match=r"background_jobs\.json"):
        mutation(backend)

    assert (document.read_bytes(), recorder.sent) == (good[:-1], ["MERGE"])
    document.write_bytes(good)
    mutation(backend)


def test_status_changes_are_mirrored_and_schedules_are_not(tmp_path: Path) -> None:
    backend, recorder = open_backend(tmp_path), Recorder()
    backend.cypher_sink.set_host_executor(recorder)

    for mutation in MUTATIONS:
        mutation(backend)
    backend.load_all()

    assert recorder.sent == ["MERGE", "MERGE", "MATCH"]


def test_an_executor_may_call_back(tmp_path: Path) -> None:
    backend = open_backend(tmp_path)

    class CallingBack:
        def execute_write_cypher(self, cypher: str) -> None:
            backend.record_scheduled(QName("called", "back"), Manual())

    backend.cypher_sink.set_host_executor(CallingBack())  # type: ignore[arg-type]
    backend.record_started(JOB, NOW)

    assert [str(record.id) for record in backend.load_all()] == ["a.b", "called.back"]


def test_a_repeated_cancel_makes_sure_of_an_earlier_one_that_failed_late(tmp_path: Path) -> None:
    written: list[int] = []

    class CountingSidecar(VecSidecar):
        def replace(self, document: bytes) -> None:
            written.append(len(document))
            super().replace(document)

    backend = SystemLabelSchedulerPersistence(CountingSidecar(document_path(tmp_path)))
    backend.cancel(JOB)
    backend.cancel(JOB)

    assert written == [2, 2]


def test_a_clock_before_the_epoch_is_an_error(tmp_path: Path) -> None:
    with freeze_time("1969-12-31T23:59:59Z"), pytest.raises(SchedulerPersistenceError, match="clock"):
        open_backend(tmp_path).record_scheduled(JOB, Manual())


def test_the_factory_gives_the_durable_backend_and_its_sink(tmp_path: Path) -> None:
    backend, sink = scheduler_persistence_for_data_path(tmp_path)

    assert isinstance(backend, SystemLabelSchedulerPersistence)
    assert sink is backend.cypher_sink


def test_the_factory_gives_the_null_backend_for_no_data_path() -> None:
    backend, sink = scheduler_persistence_for_data_path(None)

    assert isinstance(backend, MemoryPersistence)
    assert sink is None


def test_the_null_backend_accepts_everything_and_keeps_nothing() -> None:
    backend = MemoryPersistence()

    backend.record_scheduled(JOB, Manual())
    backend.record_started(JOB, NOW)
    backend.record_finished(JOB, NOW, True)
    backend.cancel(QName("un", "known"))
    backend.flush_checkpoint()

    assert backend.load_all() == []
