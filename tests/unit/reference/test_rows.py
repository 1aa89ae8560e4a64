"""The changes to rows, as values."""

from __future__ import annotations

from conformance.contract.records import (
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SchedulerJobRecord,
    SchedulerJobStatus,
    SystemTime,
)
from reference_impl.rows import (
    Row,
    StoredInstant,
    StoredVariant,
    remove,
    restore,
    restore_schedule,
    store_schedule,
    upsert_schedule,
    upsert_status,
)

NOON = SystemTime(43_200, 5)
OLD = [
    Row("a.b", "Bogus", 7, StoredVariant(cron="x"), StoredInstant(1, 2)),
    Row("nodot", "Idle", 1),
    Row("a.b", "Idle", 2),
]


def test_a_new_schedule_replaces_the_first_rows_only() -> None:
    rows = upsert_schedule(OLD, "a.b", Manual(), NOON)

    assert rows == [Row("a.b", "Bogus", 7, "Manual", StoredInstant(43_200, 5)), *OLD[1:]]


def test_a_job_first_scheduled_is_pending_and_last() -> None:
    rows = upsert_schedule(OLD, "a.c", Cron("y"), None)

    assert rows == [*OLD, Row("a.c", "Pending", 0, StoredVariant(cron="y"), None)]


def test_a_new_status_replaces_the_first_rows_only() -> None:
    rows = upsert_status(OLD, "a.b", SchedulerJobStatus.RUNNING)

    expected = Row("a.b", "Running", 7, StoredVariant(cron="x"), StoredInstant(1, 2))
    assert rows == [expected, *OLD[1:]]


def test_a_job_first_started_is_manual_and_last() -> None:
    rows = upsert_status(OLD, "a.c", SchedulerJobStatus.RUNNING)

    assert rows == [*OLD, Row("a.c", "Running", 0, "Manual", None)]


def test_removing_takes_every_row_of_the_name() -> None:
    rows = remove(OLD, "a.b")

    assert rows == [OLD[1]]


def test_a_change_leaves_the_given_rows_alone() -> None:
    before = list(OLD)

    upsert_schedule(OLD, "a.b", Manual(), NOON)
    upsert_status(OLD, "a.b", SchedulerJobStatus.IDLE)

    assert before == OLD


def test_a_restored_job_is_pending_whatever_was_stored() -> None:
    records = restore(OLD[:1])

    expected = SchedulerJobRecord(
        QName("a", "b"), next_fire_at=SystemTime(1, 2), consecutive_failures=7, schedule=Cron("x")
    )
    assert records == [expected]


def test_rows_that_name_no_job_are_not_restored() -> None:
    names = ["", ".", ".x", "x.", "x", "..", "a.b.", ".a.b", "a..b", " . "]

    records = restore([Row(name, "Idle", 0) for name in names])

    assert [record.id for record in records] == [QName(".a", "b"), QName("a.", "b"), QName(" ", " ")]


def test_every_job_is_restored_with_a_token_of_its_own() -> None:
    first, second = restore([OLD[0], OLD[0]])

    assert first.cancel is not second.cancel
    assert not first.cancel.is_cancelled()


def test_every_kind_of_schedule_is_restored_as_it_was_stored() -> None:
    schedules: list[Schedule] = [Once(NOON), Periodic(Duration(2**64 - 1, 999_999_999)), Cron(""), Manual()]

    assert [restore_schedule(store_schedule(schedule)) for schedule in schedules] == schedules
