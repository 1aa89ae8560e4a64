"""What both drivers owe: the same backend is the same through either."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest

from conformance.contract.connection import BackendFault, Driver, EscapedFault, NonsenseFault
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
from conformance.hosting.inprocess import InProcessDriver
from conformance.testing.expect import attempt

from .commands import serving, target

JOB = QName("a.b", "c")
AT = SystemTime(1_900_000_000, 250_000_000)
Make: TypeAlias = Callable[[str], Driver]


@pytest.fixture(params=["inprocess", "command"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    made: list[Driver] = []

    def driver(attribute: str) -> Driver:
        one: Driver = (
            InProcessDriver(target(attribute)) if request.param == "inprocess" else serving(attribute)
        )
        made.append(one)
        return one

    yield driver
    for one in made:
        one.close()


def test_the_description_is_the_targets_own(make: Make) -> None:
    described = make("open_backend").description

    assert (described.name, described.version, described.language) == ("a backend", "1.2", "Python")
    assert {"planted_rows", "factory"} <= described.capabilities


@pytest.mark.parametrize(
    "schedule",
    [
        Manual(),
        Once(SystemTime(2**63 - 1, 999_999_999)),
        Periodic(Duration(2**64 - 1, 999_999_999)),
        Cron('ключ "\\\u2028 😀\x00'),
    ],
)
def test_a_schedule_passes_unchanged(make: Make, tmp_path: Path, schedule: Schedule) -> None:
    handle = make("open_backend").open(tmp_path)
    handle.record_scheduled(JOB, schedule)
    loaded = [(record.id, record.schedule) for record in handle.load_all()]

    assert loaded == [(JOB, schedule)]


def test_set_clock_holds_now_until_it_is_let_go(make: Make, tmp_path: Path) -> None:
    driver = make("open_backend")
    handle = driver.open(tmp_path)
    seen = []
    for now in (AT, SystemTime(1_000, 0), None):
        driver.set_clock(now)
        handle.record_scheduled(JOB, Manual())
        seen.append(handle.load_all()[0].next_fire_at)

    assert seen[:2] == [AT, SystemTime(1_000, 0)]
    assert seen[2] not in (AT, SystemTime(1_000, 0))


def test_the_time_zone_changes_for_a_while(make: Make, tmp_path: Path) -> None:
    driver = make("open_backend")
    driver.set_clock(SystemTime(0, 0))
    hours = []

    def look() -> None:
        handle = driver.open(tmp_path)
        handle.record_scheduled(JOB, Cron("local hour"))
        hours.append(handle.load_all()[0].next_fire_at)
        handle.close()

    with driver.in_time_zone("XYZ-7"):
        look()
    with driver.in_time_zone("UTC0"):
        look()

    assert hours == [SystemTime(7, 0), SystemTime(0, 0)]


def test_an_operation_without_privileges_meets_the_permissions(make: Make, tmp_path: Path) -> None:
    driver = make("open_backend")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with driver.unprivileged():
        handle = driver.open(closed)
        with pytest.raises(SchedulerPersistenceError, match="Permission denied"):
            handle.record_started(JOB, AT)
    closed.chmod(0o700)
    handle = driver.open(closed)
    handle.record_started(JOB, AT)

    assert [record.id for record in handle.load_all()] == [JOB]


def test_another_process_works_on_the_same_data_path(make: Make, tmp_path: Path) -> None:
    driver = make("open_backend")
    driver.set_clock(AT)
    handle = driver.open(tmp_path)
    with driver.another_process() as other:
        other.open(tmp_path).record_scheduled(JOB, Manual())
    records = handle.load_all()

    assert records == [SchedulerJobRecord(JOB, next_fire_at=AT)]


def test_several_threads_may_use_one_handle(make: Make, tmp_path: Path) -> None:
    handle = make("open_backend").open(tmp_path)
    ids = [[QName(f"t{number}", str(turn)) for turn in range(10)] for number in range(6)]

    def record(mine: list[QName]) -> None:
        for id in mine:
            handle.record_started(id, AT)

    threads = [threading.Thread(target=record, args=(mine,)) for mine in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    loaded = {record.id for record in handle.load_all()}

    assert loaded == {id for mine in ids for id in mine}


def test_planted_rows_are_loaded(make: Make, tmp_path: Path) -> None:
    handle = make("open_backend").open(tmp_path)
    handle.plant_rows([{"qname": "a.b.c", "status": "Idle", "consecutive_failures": 2**32 - 1}])
    loaded = [(record.id, record.consecutive_failures) for record in handle.load_all()]

    assert loaded == [(JOB, 2**32 - 1)]


def test_statements_are_told_by_executor_and_handle(make: Make, tmp_path: Path) -> None:
    driver = make("open_backend")
    handle, other = driver.open(tmp_path), driver.open(tmp_path)
    handle.wire_mirror(fail=False)
    handle.wire_mirror(fail=False)
    handle.record_started(JOB, AT)
    other.record_started(JOB, AT)
    told = [(statement.executor, statement.parameters) for statement in handle.mirror_statements()]

    assert told == [(1, {"q": "a.b.c", "s": "Running"})]
    assert other.mirror_statements() == ()


def test_a_failing_executor_is_logged_at_debug_level(make: Make, tmp_path: Path) -> None:
    driver = make("open_backend")
    handle = driver.open(tmp_path)
    handle.record_started(JOB, AT)
    before = len(handle.mirror_log())
    handle.wire_mirror(fail=True)
    handle.record_started(JOB, AT)
    [line] = handle.mirror_log()[before:]

    assert line.level == "debug"
    assert "a.b.c" in line.message
    assert "refuses" in line.message


def test_the_factory_tells_whether_there_is_a_sink(make: Make, tmp_path: Path) -> None:
    driver = make("open_backend")
    (durable, has_sink), (null, null_has_sink) = (
        driver.open_by_factory(tmp_path),
        driver.open_by_factory(None),
    )
    for handle in (durable, null):
        handle.record_scheduled(JOB, Manual())
        handle.flush_checkpoint()
    counts = [len(handle.load_all()) for handle in (durable, null)]

    assert (has_sink, null_has_sink) == (True, False)
    assert counts == [1, 0]


def test_a_foreign_exception_is_an_escaped_fault(make: Make, tmp_path: Path) -> None:
    handle = make("open_wrong").open(tmp_path)
    messages = []
    with pytest.raises(EscapedFault) as caught:
        handle.record_started(JOB, AT)
    messages.append(str(caught.value))
    with pytest.raises(EscapedFault) as caught:
        handle.record_finished(JOB, AT, True)
    messages.append(str(caught.value))

    assert messages == [
        "record_started raised KeyError: 'x'; only SchedulerPersistenceError may come out",
        "record_finished raised SystemExit: 3; only SchedulerPersistenceError may come out",
    ]


def test_a_number_out_of_range_is_a_nonsense_fault(make: Make, tmp_path: Path) -> None:
    handle = make("open_wrong").open(tmp_path)

    with pytest.raises(NonsenseFault, match="item 0 has consecutive_failures = 4294967296"):
        handle.load_all()


def test_the_error_type_of_the_backend_passes(make: Make, tmp_path: Path) -> None:
    handle = make("open_backend").open(tmp_path)
    (tmp_path / "rows.json").write_text("[")

    with pytest.raises(SchedulerPersistenceError, match=r"rows\.json"):
        handle.load_all()
    with pytest.raises(SchedulerPersistenceError, match=r"rows\.json"):
        handle.cancel(JOB)


def test_who_closes_no_file_runs_out_of_few(make: Make, tmp_path: Path) -> None:
    driver = make("open_careless")
    handle = driver.open(tmp_path)
    with driver.few_files(16):
        done = [attempt(partial(handle.cancel, JOB)) for _ in range(1_000)]
        (tmp_path / "a file of the kit").touch()
    handle.cancel(JOB)

    assert 16 <= sum(done) < 1_000
    assert not done[-1]


def test_a_list_that_is_given_away_is_the_callers_to_change(tmp_path: Path) -> None:
    handle = InProcessDriver(target("open_careless")).open(tmp_path)
    first = handle.load_all()
    handle.spoil_last_load()
    second = handle.load_all()
    handle.close()

    assert (0, 1) == (len(first), len(second))


def test_closing_twice_is_no_error(make: Make, tmp_path: Path) -> None:
    handle = make("open_backend").open(tmp_path)
    handle.close()
    handle.close()


def test_the_loggers_get_their_levels_back(tmp_path: Path) -> None:
    driver = InProcessDriver(target("open_backend"))
    logger = logging.getLogger("sidecar_target_a_backend")
    levels = [logger.level]
    handle = driver.open(tmp_path)
    levels.append(logger.level)
    handle.close()
    levels.append(logger.level)

    assert levels == [logging.NOTSET, logging.DEBUG, logging.NOTSET]
    assert logger.handlers == []


def test_printing_backends_do_not_disturb_the_wire(tmp_path: Path) -> None:
    driver = serving("open_chatty")
    handle = driver.open(tmp_path)
    handle.cancel(JOB)
    records = handle.load_all()
    driver.close()

    assert records == []


def test_a_death_and_a_hang_are_faults_of_their_operation(tmp_path: Path) -> None:
    driver = serving("open_wrong", operation_s=1.0)
    told = []
    for id in (QName("a", "die"), QName("a", "hang")):
        with pytest.raises(BackendFault) as caught:
            driver.open(tmp_path).cancel(id)
        told.append(f"{type(caught.value).__name__}: {caught.value}")
    driver.close()

    assert told == [
        "DiedFault: cancel: the process ended during the operation: exit status 9",
        "TimeoutFault: cancel did not return within 1 s",
    ]


def test_privileges_and_time_zone_are_as_before_afterwards(tmp_path: Path) -> None:
    driver = InProcessDriver(target("open_backend"))
    before = os.environ.get("TZ")
    forbidden = tmp_path / "forbidden"
    forbidden.touch(mode=0o000)
    readable = os.access(forbidden, os.R_OK)
    with driver.in_time_zone("XYZ-7"), driver.unprivileged():
        pass
    driver.close()

    assert os.environ.get("TZ") == before
    assert os.access(forbidden, os.R_OK) == readable
