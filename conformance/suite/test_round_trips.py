"""RT: what goes in comes out."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

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
from conformance.oracle.document import StoredRow
from conformance.oracle.model import NextFire, Operation, RecordStarted, next_fire_after
from conformance.suite.expect import expect, expect_equal, expect_same_records
from conformance.suite.planting import raw_row
from conformance.suite.session import Backend
from conformance.suite.strategies import (
    durations,
    failures,
    instants,
    known_statuses,
    legacy_documents,
    plain_ids,
    schedules,
    several_crons,
    several_names,
    status_changes,
)
from conformance.suite.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
NOON = SystemTime(1_800_000_000, 500_000_000)
NEXT_DAY = SystemTime(1_800_086_400, 0)
ID = QName("kit", "job")
OTHER = QName("kit.other", "job")
THIRD = QName("kit.third", "job")


@verifies("RT-01")
@given(id=plain_ids(), started_at=instants())
def test_RT_01_a_job_started_for_the_first_time_is_loaded_once(
    backend: Backend, id: QName, started_at: SystemTime
) -> None:
    with backend.fresh() as store:
        store.record_started(id, started_at)

        loaded = [str(record.id) for record in store.load_all()]
        expect_equal(loaded, [str(id)], "a job that was started for the first time is loaded exactly once")


@verifies("RT-02")
@given(first=schedules(), second=schedules(), ended=st.booleans())
def test_RT_02_every_record_survives_reopening_field_for_field(
    backend: Backend, first: Schedule, second: Schedule, ended: bool
) -> None:
    with backend.fresh(now=NOON) as store:
        store.record_scheduled(ID, first)
        store.record_scheduled(OTHER, second)
        store.record_started(ID, AN_INSTANT)
        store.record_finished(THIRD, AN_INSTANT, ended)
        before = store.load_all()
        store.reopen()
        after = store.load_all()

        survivors = sorted(str(record.id) for record in after)
        expect_equal(
            survivors, [str(ID), str(OTHER), str(THIRD)], "every job is there after closing and reopening"
        )
        claim = "every record is the same after closing and reopening"
        expect_equal(_what_is_stored(after), _what_is_stored(before), claim)


def _what_is_stored(records: list[SchedulerJobRecord]) -> dict[str, object]:
    return {str(r.id): (r.schedule, r.next_fire_at, r.consecutive_failures) for r in records}


def _schedule_comes_back(backend: Backend, id: QName, schedule: Schedule, claim: str) -> None:
    with backend.fresh() as store:
        store.record_scheduled(id, schedule)
        expect_equal(store.one(id).schedule, schedule, claim)
        store.reopen()
        expect_equal(store.one(id).schedule, schedule, claim)


def _overflows(schedule: Schedule) -> bool:
    expected: NextFire = next_fire_after(schedule, SystemTime(0, 0), SystemTime(2**33, 0))
    return expected.refusable


@verifies("RT-03")
@given(every=durations())
def test_RT_03_a_periodic_schedule_comes_back_exactly(backend: Backend, every: Duration) -> None:
    claim = "a Periodic schedule comes back with the same seconds and nanoseconds"
    schedule = Periodic(every)
    if not _overflows(schedule):
        _schedule_comes_back(backend, ID, schedule, claim)
    elif not backend.has("planted_rows"):
        backend.vacuous()
    if backend.has("planted_rows"):
        row = raw_row(StoredRow(str(ID), "Pending", 0, schedule, None))
        with backend.fresh(rows=[row]) as store:
            expect_equal(store.one(ID).schedule, schedule, claim)
            store.record_started(OTHER, AN_INSTANT)
            store.reopen()
            expect_equal(store.one(ID).schedule, schedule, claim)


@verifies("RT-04")
@given(exprs=several_crons())
def test_RT_04_a_cron_expression_comes_back_character_for_character(
    backend: Backend, exprs: list[str]
) -> None:
    plans = {f"kit.job{number}": Cron(expr) for number, expr in enumerate(exprs)}
    claim = "a Cron expression comes back character for character"
    with backend.fresh() as store:
        for dotted, plan in plans.items():
            store.record_scheduled(QName.parse(dotted), plan)
        expect_equal({str(record.id): record.schedule for record in store.load_all()}, plans, claim)
        store.reopen()
        expect_equal({str(record.id): record.schedule for record in store.load_all()}, plans, claim)


@verifies("RT-05")
@given(at=instants())
def test_RT_05_a_once_instant_comes_back_to_the_nanosecond(backend: Backend, at: SystemTime) -> None:
    _schedule_comes_back(backend, ID, Once(at), "a Once instant comes back to the nanosecond")


@verifies("RT-06", examples=0.3)
@given(id=plain_ids())
def test_RT_06_a_manual_schedule_comes_back(backend: Backend, id: QName) -> None:
    _schedule_comes_back(backend, id, Manual(), "a Manual schedule comes back")


@verifies("RT-07")
@given(at=instants(), schedule=schedules())
def test_RT_07_next_fire_at_comes_back_and_is_never_recomputed(
    backend: Backend, at: SystemTime, schedule: Schedule
) -> None:
    claim = "next_fire_at comes back to the nanosecond, and loading does not recompute it"
    with backend.fresh(now=NOON) as store:
        store.record_scheduled(ID, Once(at))
        store.record_scheduled(OTHER, schedule)
        before = store.load_all()
        expected = {str(ID): None if at < NOON else at} if backend.has("clock") else {}
        backend.hold_clock(NEXT_DAY)
        for _ in range(2):
            found = {str(record.id): record.next_fire_at for record in store.load_all()}
            expect_equal(found, {str(r.id): r.next_fire_at for r in before} | expected, claim)
            store.reopen()
    if backend.has("planted_rows"):
        row = raw_row(StoredRow(str(ID), "Pending", 0, schedule, at))
        with backend.fresh(rows=[row]) as store:
            expect_equal(store.one(ID).next_fire_at, at, claim)


@verifies("RT-08")
@given(count=failures)
def test_RT_08_consecutive_failures_comes_back_over_its_whole_range(backend: Backend, count: int) -> None:
    claim = "consecutive_failures comes back"
    row = raw_row(StoredRow(str(ID), "FailedRetrying", count, Manual(), None))
    with backend.fresh(rows=[row]) as store:
        expect_equal(store.one(ID).consecutive_failures, count, claim)
        store.record_started(OTHER, AN_INSTANT)
        store.reopen()
        expect_equal(store.one(ID).consecutive_failures, count, claim)


@verifies("RT-09")
@given(
    texts=several_names(),
    very_long=st.sampled_from((1, 1, 1, 1000)),
    scheduled=st.booleans(),
)
def test_RT_09_any_unicode_may_stand_in_a_qname(
    backend: Backend, texts: list[str], very_long: int, scheduled: bool
) -> None:
    undotted = {text.replace(".", "·") for text in texts}
    ids = [QName("kit", text * very_long) for text in undotted] + [QName(text, "job") for text in undotted]
    with backend.fresh() as store:
        for id in ids:
            if scheduled:
                store.record_scheduled(id, Manual())
            else:
                store.record_started(id, AN_INSTANT)
        store.reopen()

        loaded = sorted(str(record.id) for record in store.load_all())
        claim = "a qname comes back unchanged, code point for code point"
        expect_equal(loaded, sorted(map(str, ids)), claim)


@verifies("RT-10")
def test_RT_10_a_fresh_data_path_holds_no_records(backend: Backend) -> None:
    with backend.fresh() as store:
        expect_equal(store.load_all(), [], "a data path that was never written holds no records")
        store.reopen()
        expect_equal(store.load_all(), [], "a data path that was never written holds no records")


@verifies("RT-11")
@given(rows=legacy_documents())
def test_RT_11_load_all_is_a_pure_read(backend: Backend, rows: list[dict[str, Any]]) -> None:
    planted = rows if backend.has("planted_rows") else []
    with backend.fresh(now=NOON, rows=planted) as store:
        if not backend.has("planted_rows"):
            store.record_started(ID, AN_INSTANT)
        before = store.data.files()
        first, second = store.load_all(), store.load_all()
        if rows and not first:
            backend.vacuous()
        expect_same_records(second, first, "loading twice gives equal records")
        if backend.keeps_document:
            claim = "load_all leaves every stored byte as it was, and creates no document"
            expect_equal(store.data.files(), before, claim)


@verifies("RT-12")
@given(status=known_statuses, changes=st.lists(status_changes([ID]), min_size=1, max_size=3))
def test_RT_12_restored_records_are_pending_with_a_fresh_token(
    backend: Backend, status: str, changes: list[Operation]
) -> None:
    planted = [raw_row(StoredRow(str(OTHER), status, 0, Manual(), None))] * backend.has("planted_rows")
    with backend.fresh(rows=planted) as store:
        store.perform(RecordStarted(OTHER, AN_INSTANT) if not planted else changes[0])
        for change in changes:
            store.perform(change)
        records = [*store.load_all(), *store.load_all()]
        if not records:
            backend.vacuous()
        for record in records:
            expect_equal(record.status, SchedulerJobStatus.PENDING, "a restored record is Pending")
            run = (record.last_started_at, record.last_finished_at)
            expect_equal(run, (None, None), "a restored record knows of no run")
            untripped = not backend.told("is_cancelled", (), record.cancel.is_cancelled)
            claim = "every load gives each record a fresh, untripped cancellation token"
            expect(untripped, claim, expected="an untripped token", observed="a tripped one")
            backend.told("cancel of the token", (), record.cancel.cancel)
