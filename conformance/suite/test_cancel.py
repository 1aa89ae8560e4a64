"""CX: cancel."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import Cron, Manual, QName, Schedule, SystemTime
from conformance.oracle.document import StoredRow
from conformance.suite.expect import expect, expect_equal, expect_same_records
from conformance.suite.planting import raw_row
from conformance.suite.session import Backend
from conformance.suite.strategies import documents, lookalikes, qnames, schedules, stored_rows
from conformance.suite.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
JOB = QName("kit", "job")
OTHER = QName("kit.other", "job")


@verifies("CX-01")
@given(id=qnames(), schedule=schedules(), started=st.booleans())
def test_CX_01_a_cancelled_job_is_gone_and_stays_gone(
    backend: Backend, id: QName, schedule: Schedule, started: bool
) -> None:
    claim = "a cancelled job is gone, and stays gone after closing and reopening"
    with backend.fresh() as store:
        store.record_scheduled(id, schedule)
        if started:
            store.record_started(id, AN_INSTANT)
        if not store.load_all():
            backend.vacuous()
        store.cancel(id)
        expect_equal(store.load_all(), [], claim)
        store.reopen()
        expect_equal(store.load_all(), [], claim)


@verifies("CX-02")
@given(unknown=st.integers(0, 15), rows=documents(max_size=2))
def test_CX_02_cancelling_an_unknown_job_succeeds_and_changes_no_row(
    backend: Backend, unknown: int, rows: list[StoredRow]
) -> None:
    with backend.fresh() as store:
        for row in rows:
            store.record_scheduled(QName.parse(row.qname), Cron("@daily"))
        before, contents = store.load_all(), store.contents()
        if rows and not before:
            backend.vacuous()
        claim = "cancelling an unknown job changes no row"
        store.cancel(QName("never", f"seen{unknown}"))
        expect_same_records(store.load_all(), before, claim)
        store.reopen()
        expect_equal(store.contents(), contents, claim)


@verifies("CX-03")
@given(ids=lookalikes(), known=st.booleans())
def test_CX_03_cancel_matches_the_whole_dotted_id(
    backend: Backend, ids: tuple[QName, list[QName]], known: bool
) -> None:
    id, others = ids
    with backend.fresh() as store:
        for other in others:
            store.record_started(other, AN_INSTANT)
        if known:
            store.record_started(id, AN_INSTANT)
        store.cancel(id)

        found = sorted(str(record.id) for record in store.load_all())
        claim = "cancel matches the whole dotted id: prefixes, suffixes and other spellings survive"
        expect_equal(found, sorted(map(str, others)), claim)


@verifies("CX-04")
@given(
    twins=st.lists(stored_rows(st.just(JOB)), min_size=2, max_size=4),
    other=stored_rows(st.just(OTHER)),
    place=st.integers(0, 4),
)
def test_CX_04_cancel_removes_every_row_of_the_qname(
    backend: Backend, twins: list[StoredRow], other: StoredRow, place: int
) -> None:
    rows = [*twins[:place], other, *twins[place:]]
    with backend.fresh(rows=[raw_row(row) for row in rows]) as store:
        store.cancel(JOB)

        left = [row.qname for row in store.rows() if row.qname == str(JOB)]
        expect_equal(left, [], "cancel removes every row of the qname")


@verifies("CX-05")
@given(row=stored_rows(st.just(JOB)), again=st.sampled_from(("scheduled", "started", "finished")))
def test_CX_05_a_job_recorded_again_after_cancel_starts_from_the_defaults(
    backend: Backend, row: StoredRow, again: str
) -> None:
    planted = [raw_row(row)] if backend.has("planted_rows") else []
    with backend.fresh(rows=planted) as store:
        if not planted:
            store.record_scheduled(JOB, Cron("@daily"))
            store.record_finished(JOB, AN_INSTANT, success=False)
        store.cancel(JOB)
        status = {"scheduled": "Pending", "started": "Running", "finished": "Idle"}[again]
        match again:
            case "scheduled":
                store.record_scheduled(JOB, Cron("no expression"))
            case "started":
                store.record_started(JOB, AN_INSTANT)
            case _:
                store.record_finished(JOB, AN_INSTANT, success=True)
        schedule = Cron("no expression") if again == "scheduled" else Manual()
        record = store.one(JOB)
        found = (record.schedule, record.next_fire_at, record.consecutive_failures)
        claim = "a job recorded again after cancel starts from the defaults of a new job"
        expect_equal(found, (schedule, None, 0), claim)
        if backend.keeps_document:
            expect_equal(store.row(JOB).status, status, claim)


@verifies("CX-06")
@given(id=qnames(), count=st.integers(1, 3))
def test_CX_06_cancelling_the_last_job_leaves_an_empty_document(
    backend: Backend, id: QName, count: int
) -> None:
    ids = [id, OTHER, JOB][:count]
    with backend.fresh() as store:
        for each in ids:
            store.record_started(each, AN_INSTANT)
        for each in ids:
            store.cancel(each)
        document = store.data.read_document()
        claim = "cancelling the last job leaves the document [] in place"
        expect(bool(document), claim, expected=b"[]", observed=document)
        expect_equal(store.rows(), (), claim)
