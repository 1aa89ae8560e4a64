"""ST: which status the document stores."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import Cron, Manual, QName, Schedule, SystemTime
from conformance.oracle.document import StoredRow
from conformance.suite.expect import expect_equal
from conformance.suite.planting import raw_row
from conformance.suite.session import Backend, Session
from conformance.suite.strategies import (
    KNOWN_STATUSES,
    PLAIN_SCHEDULES,
    STRANGE_STATUSES,
    plain_ids,
    schedules,
    strange_statuses,
)
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


_JOBS = {QName("kit.of", type(plan).__name__): plan for plan in (*PLAIN_SCHEDULES, Cron("@daily"))}
_BEFORE = (None, *KNOWN_STATUSES, *STRANGE_STATUSES)
_statuses = st.one_of(st.sampled_from(_BEFORE), strange_statuses)


def _with_status(status: str | None) -> list[dict[str, object]]:
    """A row with each kind of schedule, all in one status; none where the jobs are to be unknown."""
    if status is None:
        return []
    return [raw_row(StoredRow(str(id), status, 0, plan, None)) for id, plan in _JOBS.items()]


def _expect_status(store: Session, expected: str, claim: str) -> None:
    found = {str(id): store.row(id).status for id in _JOBS}
    expect_equal(found, dict.fromkeys(found, expected), claim)


@verifies("ST-02")
@given(status=_statuses)
def test_ST_02_record_started_stores_running(backend: Backend, status: str | None) -> None:
    with backend.fresh(rows=_with_status(status)) as store:
        for id in _JOBS:
            store.record_started(id, AN_INSTANT)

        _expect_status(store, "Running", "record_started stores the status Running")


@verifies("ST-03", examples=2.0)
@given(status=_statuses, success=st.booleans())
def test_ST_03_record_finished_stores_idle_or_failed_retrying(
    backend: Backend, status: str | None, success: bool
) -> None:
    with backend.fresh(rows=_with_status(status)) as store:
        for id in _JOBS:
            store.record_finished(id, AN_INSTANT, success)

        claim = "record_finished stores Idle after success and FailedRetrying after failure"
        _expect_status(store, "Idle" if success else "FailedRetrying", claim)


_COUNTS = (0, 1, 2, 3, 2**31 - 1, 2**32 - 1)


@verifies("ST-04")
@given(
    count=st.sampled_from(_COUNTS),
    endings=st.lists(st.booleans(), min_size=1, max_size=5),
    started=st.booleans(),
)
def test_ST_04_no_run_changes_the_stored_consecutive_failures(
    backend: Backend, count: int, endings: list[bool], started: bool
) -> None:
    """
    That a count is stored and comes back as it is, is for RT-08.
    """
    row = StoredRow(str(JOB), "Running", count, Manual(), None)
    planted = [raw_row(row)] if backend.has("planted_rows") and backend.loads([row]) else []
    with backend.fresh(rows=planted) as store:
        if not planted:
            store.record_scheduled(JOB, Manual())
        before = store.one(JOB).consecutive_failures
        for success in endings:
            if started:
                store.record_started(JOB, AN_INSTANT)
            store.record_finished(JOB, AN_INSTANT, success)
        claim = "neither a failed nor a successful run changes the stored consecutive_failures"
        expect_equal(store.one(JOB).consecutive_failures, before, claim)
        if backend.keeps_document and planted:
            expect_equal(store.row(JOB).consecutive_failures, count, claim)


_TELLING = st.builds(
    SystemTime,
    st.one_of(st.integers(4 * 10**18, 5 * 10**18), st.integers(1_200_000_000, 1_299_999_999)),
    st.sampled_from((987_654_321, 123_454_321)),
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
    texts = {str(number) for number in numbers} | set(_calendar_texts(at))
    found = [
        leaf
        for leaf in _leaves(document)
        if leaf in numbers or (isinstance(leaf, str) and any(text in leaf for text in texts))
    ]
    expect_equal(found, [], "started_at and finished_at are not stored")


def _calendar_texts(at: SystemTime) -> Iterator[str]:
    """The date and the time of day, as most texts of an instant have them, where a calendar goes so far."""
    if at.secs_since_epoch < _YEAR_3000:
        moment = datetime.fromtimestamp(at.secs_since_epoch, UTC)
        yield f"{moment:%Y-%m-%d}"
        yield f"{moment:%H:%M:%S}"


_YEAR_3000 = 32_503_680_000


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
