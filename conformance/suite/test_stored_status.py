"""ST: which status the document stores."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import Cron, Manual, QName, Schedule, SystemTime
from conformance.oracle.document import StoredRow
from conformance.oracle.model import RecordFinished, RecordStarted
from conformance.testing.expect import expect_equal
from conformance.testing.planting import raw_row
from conformance.testing.session import Backend, Session
from conformance.testing.strategies import plain_ids, schedules
from conformance.testing.strategies.programs import StatusChange
from conformance.testing.strategies.rows import KNOWN_STATUSES, STRANGE_STATUSES
from conformance.testing.strategies.schedules import PLAIN_SCHEDULES
from conformance.testing.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
LATER = SystemTime(1_700_000_001, 0)
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


_PLANS = (*PLAIN_SCHEDULES, Cron("@daily"))
_ALL_STATUSES = (*KNOWN_STATUSES, *STRANGE_STATUSES)


def _jobs_in_every_status(turn: int) -> list[StoredRow]:
    """A row in each status, with the kinds of schedule in turn."""
    return [
        StoredRow(f"kit.job{number}", status, 0, _PLANS[(number + turn) % len(_PLANS)], None)
        for number, status in enumerate((*_ALL_STATUSES, "Zz"))
    ]


def _expect_statuses(
    backend: Backend, turn: int, known: bool, change: StatusChange, expected: str, claim: str
) -> None:
    """Of jobs that are `known` already, in whatever status, or new. The last one's instants run backwards."""
    rows = _jobs_in_every_status(turn)
    with backend.fresh(rows=list(map(raw_row, rows)) if known else ()) as store:
        for row in rows:
            id = QName.parse(row.qname)
            store.perform(replace(change, id=id))
            expect_equal(store.row(id).status, expected, claim)
        store.perform(RecordFinished(id, LATER, True) if expected == "Running" else RecordStarted(id, LATER))
        store.perform(replace(change, id=id))
        expect_equal(store.row(id).status, expected, claim)


_TURNS = [{"turn": turn, "known": known} for turn in range(len(_PLANS)) for known in (False, True)]


@verifies("ST-02", cases=lambda _: _TURNS)
def test_ST_02_record_started_stores_running(backend: Backend, turn: int, known: bool) -> None:
    claim = "record_started stores the status Running"
    _expect_statuses(backend, turn, known, RecordStarted(JOB, AN_INSTANT), "Running", claim)


@verifies("ST-03", cases=lambda _: [turn | {"success": won} for turn in _TURNS for won in (False, True)])
def test_ST_03_record_finished_stores_idle_or_failed_retrying(
    backend: Backend, turn: int, known: bool, success: bool
) -> None:
    change = RecordFinished(JOB, AN_INSTANT, success)
    claim = "record_finished stores Idle after success and FailedRetrying after failure"
    _expect_statuses(backend, turn, known, change, "Idle" if success else "FailedRetrying", claim)


_COUNTS = (0, 1, 2, 3, 2**31 - 1, 2**32 - 1)


_ENDINGS = [
    {"endings": endings, "started": started}
    for endings in ((True, False, False), (False, True, False), (False, False, True))
    for started in (False, True)
]


@verifies("ST-04", cases=lambda _: _ENDINGS)
def test_ST_04_no_run_changes_the_stored_consecutive_failures(
    backend: Backend, endings: Sequence[bool], started: bool
) -> None:
    """
    Whatever it is. That a count is stored and comes back as it is, is for RT-08.
    """
    rows = [StoredRow(f"kit.job{count}", "Running", count, Manual(), None) for count in _COUNTS]
    planted = backend.has("planted_rows")
    with backend.fresh(rows=list(map(raw_row, rows)) if planted else ()) as store:
        if not planted:
            store.record_scheduled(JOB, Manual())
        ids = [QName.parse(row.qname) for row in rows] if planted else [JOB]
        before = _counts(store)
        for id in ids:
            for success in endings:
                if started:
                    store.record_started(id, AN_INSTANT)
                store.record_finished(id, AN_INSTANT, success)
        claim = "neither a failed nor a successful run changes the stored consecutive_failures"
        expect_equal(_counts(store), before, claim)


def _counts(store: Session) -> dict[str, int]:
    return {dotted: held.consecutive_failures for dotted, held in store.contents().items()}


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
