"""ST: which status the document stores."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import Manual, QName, Schedule, SystemTime
from conformance.oracle.document import StoredRow
from conformance.suite.expect import expect_equal
from conformance.suite.planting import raw_row
from conformance.suite.session import Backend, Session
from conformance.suite.strategies import KNOWN_STATUSES, PLAIN_IDS, plain_ids, schedules
from conformance.suite.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
JOB = QName("kit", "job")


@verifies("ST-01")
@given(id=plain_ids(), schedule=schedules())
def test_ST_01_a_job_first_seen_by_record_scheduled_is_stored_as_pending(
    backend: Backend, id: QName, schedule: Schedule
) -> None:
    with backend.fresh() as store:
        store.record_scheduled(id, schedule)

        expect_equal(
            store.row(id).status, "Pending", "a job first seen by record_scheduled is stored as Pending"
        )


def _plant_or_not(backend: Backend, id: QName, status: str | None) -> list[dict[str, object]]:
    return [] if status is None else [raw_row(StoredRow(str(id), status, 0, Manual(), None))]


_few_ids = st.sampled_from(PLAIN_IDS[:2])
_BEFORE = (None, *KNOWN_STATUSES)


@verifies("ST-02")
@given(id=_few_ids, status=st.sampled_from(_BEFORE))
def test_ST_02_record_started_stores_running(backend: Backend, id: QName, status: str | None) -> None:
    with backend.fresh(rows=_plant_or_not(backend, id, status)) as store:
        store.record_started(id, AN_INSTANT)

        expect_equal(store.row(id).status, "Running", "record_started stores the status Running")


@verifies("ST-03", examples=2.0)
@given(id=_few_ids, case=st.sampled_from(list(product(_BEFORE, (True, False)))))
def test_ST_03_record_finished_stores_idle_or_failed_retrying(
    backend: Backend, id: QName, case: tuple[str | None, bool]
) -> None:
    status, success = case
    with backend.fresh(rows=_plant_or_not(backend, id, status)) as store:
        store.record_finished(id, AN_INSTANT, success)

        expected = "Idle" if success else "FailedRetrying"
        claim = "record_finished stores Idle after success and FailedRetrying after failure"
        expect_equal(store.row(id).status, expected, claim)


@verifies("ST-04")
@given(
    count=st.integers(0, 3), endings=st.lists(st.booleans(), min_size=1, max_size=5), started=st.booleans()
)
def test_ST_04_no_run_changes_the_stored_consecutive_failures(
    backend: Backend, count: int, endings: list[bool], started: bool
) -> None:
    row = StoredRow(str(JOB), "Running", count, Manual(), None)
    planted = [raw_row(row)] if backend.has("planted_rows") else []
    with backend.fresh(rows=planted) as store:
        for success in endings:
            if started:
                store.record_started(JOB, AN_INSTANT)
            store.record_finished(JOB, AN_INSTANT, success)
        claim = "neither a failed nor a successful run changes the stored consecutive_failures"
        expect_equal(store.one(JOB).consecutive_failures, count if planted else 0, claim)
        if backend.keeps_document:
            expect_equal(store.row(JOB).consecutive_failures, count, claim)


_TELLING = st.builds(
    SystemTime, st.integers(4 * 10**18, 5 * 10**18), st.sampled_from((987_654_321, 123_454_321))
)


@verifies("ST-05")
@given(started_at=_TELLING, finished_at=_TELLING, success=st.booleans())
def test_ST_05_started_at_and_finished_at_are_not_stored(
    backend: Backend, started_at: SystemTime, finished_at: SystemTime, success: bool
) -> None:
    with backend.fresh() as store:
        store.record_scheduled(JOB, Manual())
        store.record_started(JOB, started_at)
        _is_not_stored(store, started_at)
        store.record_finished(JOB, finished_at, success)
        if not store.rows():
            backend.vacuous()
        _is_not_stored(store, started_at)
        _is_not_stored(store, finished_at)


def _is_not_stored(store: Session, at: SystemTime) -> None:
    document = json.loads(store.data.read_document() or b"[]")
    numbers = {at.secs_since_epoch, at.nanos_since_epoch, at.to_nanos()}
    texts = {str(number) for number in numbers}
    found = [leaf for leaf in _leaves(document) if leaf in numbers or str(leaf) in texts]
    expect_equal(found, [], "started_at and finished_at are not stored")


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
