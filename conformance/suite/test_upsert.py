"""UP: upsert, never duplicate."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import Cron, Manual, Once, QName, Schedule, SystemTime
from conformance.oracle.document import StoredRow
from conformance.oracle.model import Mutation, Operation, apply
from conformance.suite.expect import expect, expect_equal
from conformance.suite.planting import raw_row
from conformance.suite.session import Backend, Session
from conformance.suite.strategies import (
    failures,
    instants,
    mutations,
    programs,
    qnames,
    schedules,
    status_changes,
    stored_rows,
    upserts,
)
from conformance.suite.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
NOON = SystemTime(1_800_000_000, 500_000_000)
JOB = QName("kit", "job")
TWIN = QName("kit", "twin")
BYSTANDERS = (QName("alpha", "one"), QName("beta.two", "three"), QName("gamma", "four"))
KNOWN_STATUSES = ("Pending", "Running", "Idle", "FailedRetrying", "Cancelled")


@verifies("UP-01")
@given(id=qnames(), first=schedules(), second=schedules(), started=st.booleans())
def test_UP_01_rescheduling_replaces_in_place(
    backend: Backend, id: QName, first: Schedule, second: Schedule, started: bool
) -> None:
    with backend.fresh(now=NOON) as store:
        store.record_scheduled(id, first)
        if started:
            store.record_started(id, AN_INSTANT)
        store.record_scheduled(id, second)
        expected_fire = store.expected_next_fire(second)
        found = [(str(record.id), record.schedule) for record in store.load_all()]
        claim = "record_scheduled on a known job replaces its schedule: still one record"
        expect_equal(found, [(str(id), second)], claim)
        claim = "record_scheduled on a known job replaces its next_fire_at, as it would be for a new job"
        fire = store.one(id).next_fire_at
        if backend.has("clock") and id != TWIN:
            store.record_scheduled(TWIN, second)
            expect_equal(fire, store.one(TWIN).next_fire_at, claim)
        elif isinstance(second, Once | Manual):
            expect(expected_fire.allows(fire), claim, expected=str(expected_fire), observed=fire)


@verifies("UP-02")
@given(row=stored_rows(st.just(JOB)), schedule=schedules(), change=status_changes([JOB]))
def test_UP_02_a_run_of_a_known_job_changes_its_status_only(
    backend: Backend, row: StoredRow, schedule: Schedule, change: Mutation
) -> None:
    claim = "record_started and record_finished on a known job leave all but its status alone"
    planted = [raw_row(row)] if backend.has("planted_rows") else []
    with backend.fresh(rows=planted) as store:
        if not planted:
            store.record_scheduled(JOB, schedule)
        before = store.one(JOB)
        store.perform(change)
        expect_equal(store.one(JOB), before, claim)
        if backend.keeps_document:
            expect_equal(replace(store.row(JOB), status=row.status), row, claim)


@verifies("UP-03")
@given(
    row=stored_rows(st.just(JOB)),
    status=st.sampled_from(KNOWN_STATUSES),
    count=failures,
    schedule=schedules(),
)
def test_UP_03_scheduling_a_known_job_leaves_its_status_and_failures_alone(
    backend: Backend, row: StoredRow, status: str, count: int, schedule: Schedule
) -> None:
    row = replace(row, status=status, consecutive_failures=count)
    claim = "record_scheduled on a known job leaves its stored status and consecutive_failures alone"
    planted = [raw_row(row)] if backend.has("planted_rows") else []
    with backend.fresh(rows=planted) as store:
        if not planted:
            store.record_started(JOB, AN_INSTANT)
        before = store.one(JOB).consecutive_failures
        store.record_scheduled(JOB, schedule)
        expect_equal(store.one(JOB).consecutive_failures, before, claim)
        if backend.keeps_document:
            stored = store.row(JOB)
            expect_equal((stored.status, stored.consecutive_failures), (status, count), claim)


@verifies("UP-04")
@given(id=qnames(), at=instants(), ending=st.sampled_from((None, True, False)), others=st.booleans())
def test_UP_04_a_run_of_an_unknown_job_creates_it_with_defaults(
    backend: Backend, id: QName, at: SystemTime, ending: bool | None, others: bool
) -> None:
    with backend.fresh() as store:
        if others and str(id) != str(TWIN):
            store.record_scheduled(TWIN, Cron("@daily"))
        if ending is None:
            store.record_started(id, at)
        else:
            store.record_finished(id, at, ending)
        record = store.one(id)
        found = (record.schedule, record.next_fire_at, record.consecutive_failures)
        claim = "a run of an unknown job creates it: Manual, no next_fire_at, no failures"
        expect_equal(found, (Manual(), None, 0), claim)


@verifies("UP-05")
@given(rows=st.lists(stored_rows(), min_size=3, max_size=3), known=st.booleans(), mutation=mutations([JOB]))
def test_UP_05_a_mutation_of_one_job_changes_no_other(
    backend: Backend, rows: list[StoredRow], known: bool, mutation: Mutation
) -> None:
    others = [
        replace(row, qname=str(id), status=status)
        for row, id, status in zip(rows, BYSTANDERS, KNOWN_STATUSES, strict=False)
    ]
    mine = StoredRow(str(JOB), "Pending", 0, Manual(), None)
    claim = "a mutation of one job changes no other job"
    planted = [*map(raw_row, others), *([raw_row(mine)] * known)] if backend.has("planted_rows") else []
    with backend.fresh(rows=planted) as store:
        if not planted:
            for other in others:
                store.record_scheduled(QName.parse(other.qname), other.schedule)
        before = _bystanders(store)
        if not before:
            backend.vacuous()
        store.perform(mutation)
        expect_equal(_bystanders(store), before, claim)
        store.reopen()
        expect_equal(_bystanders(store), before, claim)


def _bystanders(store: Session) -> dict[str, object]:
    return {dotted: held for dotted, held in store.contents().items() if dotted != str(JOB)}


@verifies("UP-06")
@given(program=programs())
def test_UP_06_any_sequence_leaves_at_most_one_row_for_each_dotted_id(
    backend: Backend, program: list[Operation]
) -> None:
    with backend.fresh() as store:
        for operation in program:
            store.perform(operation)
        rows = store.rows() if backend.keeps_document else ()
        seen = [row.qname for row in rows] or [str(record.id) for record in store.load_all()]
        repeated = {dotted: count for dotted, count in Counter(seen).items() if count > 1}
        expect_equal(repeated, {}, "any sequence of operations leaves at most one row for each dotted id")


@verifies("UP-07")
@given(
    twins=st.lists(stored_rows(st.just(JOB)), min_size=2, max_size=3),
    between=stored_rows(st.just(TWIN)),
    upsert=upserts([JOB]),
)
def test_UP_07_an_upsert_changes_the_first_of_several_rows_of_one_qname(
    backend: Backend, twins: list[StoredRow], between: StoredRow, upsert: Mutation
) -> None:
    rows = [between, twins[0], replace(between, qname="kit.third"), *twins[1:]]
    with backend.fresh(rows=[raw_row(row) for row in rows]) as store:
        store.perform(upsert)
        found = store.rows()
        fire = found[1].next_fire_at if len(found) > 1 else None
        claim = "an upsert changes the first of several rows of one qname and adds none"
        expect_equal(list(found), list(apply(rows, upsert, fire)), claim)


@verifies("UP-08")
@given(size=st.integers(1, 4), place=st.integers(0, 3), upsert=upserts([JOB]), new=st.booleans())
def test_UP_08_an_updated_row_keeps_its_position_and_a_new_one_is_appended(
    backend: Backend, size: int, place: int, upsert: Mutation, new: bool
) -> None:
    neighbours = [f"kit.n{number}" for number in range(size)]
    place = size if new else min(place, size)
    order = [*neighbours[:place], str(JOB), *neighbours[place:]]
    planted = neighbours if new else order
    rows = [raw_row(StoredRow(dotted, "Pending", 0, Cron("@daily"), None)) for dotted in planted]
    with backend.fresh(rows=rows) as store:
        store.perform(upsert)

        found = [row.qname for row in store.rows()]
        expect_equal(found, order, "an updated row keeps its position, and a new row is appended")
