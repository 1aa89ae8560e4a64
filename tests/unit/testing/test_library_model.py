"""The model of the library, and that the document's writer and reader go with it."""

from __future__ import annotations

import pytest
from hypothesis import given

from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, QName, Schedule, SystemTime
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    Operation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    Reopen,
)
from conformance.testing import Model, read_document, strategies, write_document

JOB = QName("kit", "job")
NOON = SystemTime(1_735_732_800, 0)
PAST, FUTURE = SystemTime(1_000_000_000, 5), SystemTime(2_000_000_000, 5)


def performed(*operations: Operation) -> Model:
    model = Model()
    for operation in operations:
        model.perform(operation)
    return model


@pytest.mark.parametrize(
    ("schedule", "fire"),
    [
        (Manual(), NOON),
        (Once(PAST), None),
        (Once(FUTURE), FUTURE),
        (Once(NOON), NOON),
        (Periodic(Duration(60, 7)), SystemTime(NOON.secs_since_epoch + 60, 7)),
        (Periodic(Duration(2**63, 0)), None),
        (Cron("0 0 0 1 1 * 2024"), None),
        (Cron("*/15 * * * * *"), SystemTime(NOON.secs_since_epoch + 15, 0)),
        (Cron("no expression"), None),
    ],
    ids=str,
)
def test_a_schedule_fires_when_the_clock_says(schedule: Schedule, fire: SystemTime | None) -> None:
    operation = RecordScheduled(JOB, schedule)
    early, late = Model(), Model()
    early.perform(operation, now=NOON)
    late.perform(operation)
    [record] = early.records()

    assert (fire, schedule) == (record.next_fire_at, record.schedule)
    assert early.records() == late.records(now=NOON)


def test_without_the_clock_there_is_no_fire_time() -> None:
    model = performed(RecordScheduled(JOB, Manual()), RecordStarted(JOB, PAST))

    with pytest.raises(ValueError, match=r"say with now= what the clock showed when 'kit\.job'"):
        model.records()


@pytest.mark.parametrize("last", [Cancel(JOB), RecordStarted(JOB, PAST)])
def test_where_the_clock_does_not_matter_it_is_not_asked_for(last: Operation) -> None:
    first = RecordScheduled(JOB, Manual()) if isinstance(last, Cancel) else RecordFinished(JOB, PAST, True)
    model = performed(first, last)

    assert len(model.records()) == (0 if isinstance(last, Cancel) else 1)


def test_pauses_change_nothing() -> None:
    model = performed(RecordStarted(JOB, PAST))
    before = model.rows()
    model.perform(FlushCheckpoint())
    model.perform(Reopen())

    assert before == model.rows()


def test_one_record_is_found_by_either_spelling() -> None:
    model = performed(RecordStarted(QName("a.b", "c"), PAST))

    assert model.record(QName("a", "b.c")) is not None
    assert model.record(JOB) is None


@given(strategies.programs())
def test_what_is_written_of_a_model_is_read_into_an_equal_one(program: list[Operation]) -> None:
    model = performed(*program)
    rows = model.rows(now=NOON)

    assert rows == Model(read_document(write_document(rows))).rows()
