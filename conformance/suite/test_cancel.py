"""CX: cancel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

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
    SystemTime,
)
from conformance.oracle.document import StoredRow
from conformance.oracle.model import RecordFinished, RecordScheduled, RecordStarted
from conformance.showing import Words
from conformance.testing.cases import Each
from conformance.testing.expect import expect, expect_equal
from conformance.testing.planting import raw_row
from conformance.testing.session import Backend, Session
from conformance.testing.strategies import lookalikes, plain_documents, plain_rows, qnames, schedules
from conformance.testing.strategies.names import FAMILIES
from conformance.testing.strategies.rows import (
    KNOWN_STATUSES,
    STRANGE_STATUSES,
    known_statuses,
    legacy_shapes,
    strange_statuses,
)
from conformance.testing.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
JOB = QName("kit", "job")
OTHER = QName("kit.other", "job")
NEVER_SEEN = QName("never", "seen")
NOON = SystemTime(1_800_000_000, 0)

Again: TypeAlias = RecordScheduled | RecordStarted | RecordFinished
AGAIN: tuple[Again, ...] = (
    RecordScheduled(JOB, Cron("no expression")),
    RecordScheduled(JOB, Once(SystemTime(2_000_000_000, 0))),
    RecordScheduled(JOB, Manual()),
    RecordStarted(JOB, AN_INSTANT),
    RecordFinished(JOB, AN_INSTANT, success=True),
    RecordFinished(JOB, AN_INSTANT, success=False),
)


_NEIGHBOURS = (QName("alpha", "one"), QName("alpha", "two"), QName("zeta", "three"), QName("zeta", "four"))


@verifies("CX-01")
@given(
    id=qnames(),
    schedule=schedules(),
    started=st.booleans(),
    before=st.integers(0, 2),
    after=st.integers(0, 2),
)
def test_CX_01_a_cancelled_job_is_gone_and_stays_gone(
    backend: Backend, id: QName, schedule: Schedule, started: bool, before: int, after: int
) -> None:
    """
    Wherever it stands: alone, first, last or among others.
    """
    with backend.fresh() as store:
        for neighbour in _NEIGHBOURS[:before]:
            store.record_started(neighbour, AN_INSTANT)
        store.record_scheduled(id, schedule)
        if started:
            store.record_started(id, AN_INSTANT)
        for neighbour in _NEIGHBOURS[2 : 2 + after]:
            store.record_started(neighbour, AN_INSTANT)
        if not _is_there(store, id):
            backend.vacuous()
        store.cancel(id)
        _expect_gone(store, id)
        store.reopen()
        _expect_gone(store, id)


@verifies("CX-01", examples=0.1, needs="planted_rows")
@given(drawn=strange_statuses)
def test_CX_01_a_job_of_any_age_and_status_is_cancelled(backend: Backend, drawn: str) -> None:
    """
    The first cancel finds the rows as they were planted: it may complete all that it leaves.
    """
    rows = [
        StoredRow(f"kit.job{number}", status, 1, Manual(), NOON)
        for number, status in enumerate((drawn, *STRANGE_STATUSES, *KNOWN_STATUSES))
    ]
    ages = [[legacy_shapes(row)[age] for row in rows] for age in range(4)]
    backend.came_up(len(ages))
    for planted in ages:
        with backend.fresh(rows=planted) as store:
            for row in rows:
                store.cancel(QName.parse(row.qname))
                _expect_gone(store, QName.parse(row.qname))


def _is_there(store: Session, id: QName) -> bool:
    return str(id) in {str(record.id) for record in store.load_all()}


def _expect_gone(store: Session, id: QName) -> None:
    claim = "a cancelled job is gone, and stays gone after closing and reopening"
    expect(not _is_there(store, id), claim, expected=Words("no record"), observed=Words("it is loaded"))
    if store.backend.keeps_document:
        left = [row for row in store.rows() if row.qname == str(id)]
        expect_equal(left, [], claim)


@verifies("CX-02")
@given(unknown=st.integers(0, 15), rows=plain_documents(max_size=2), known_before=st.booleans())
def test_CX_02_cancelling_an_unknown_job_succeeds_and_changes_no_row(
    backend: Backend, unknown: int, rows: list[StoredRow], known_before: bool
) -> None:
    """
    Twice; and a job that was cancelled is unknown.
    """
    id = QName("never", f"seen{unknown}")
    with backend.fresh() as store:
        for row in rows:
            store.record_scheduled(QName.parse(row.qname), Cron("@daily"))
        store.reopen()
        before = store.contents()
        if rows and not before:
            backend.vacuous()
        if known_before:
            store.record_started(id, AN_INSTANT)
            store.cancel(id)
            if str(id) in store.contents():  # for CX-01
                backend.vacuous()
                return
        claim = "cancelling an unknown job changes no row"
        for _ in range(2):
            store.cancel(id)
            expect_equal(store.contents(), before, claim)
        store.reopen()
        expect_equal(store.contents(), before, claim)


_NEVER_LOADED = ("nodot", "", ".", ".x", "x.", "a．b")


@verifies("CX-02", cases=Each(dropped=_NEVER_LOADED, times=(1, 2, 3)), needs="document")
def test_CX_02_cancelling_an_unknown_job_leaves_rows_that_do_not_load(
    backend: Backend, dropped: str, times: int
) -> None:
    rows = [StoredRow(name, "Idle", 1, Manual(), NOON) for name in (str(OTHER), dropped, str(JOB))]
    with backend.fresh(rows=list(map(raw_row, rows))) as store:
        for _ in range(times):
            store.cancel(NEVER_SEEN)
        kept = sorted(store.rows(), key=lambda row: row.qname)  # their order is UP-08's
        wanted = sorted(rows, key=lambda row: row.qname)
        expect_equal(kept, wanted, "cancelling an unknown job changes no row")


@verifies("CX-03")
@given(alike=lookalikes(), backwards=st.booleans())
def test_CX_03_cancel_matches_the_whole_dotted_id(
    backend: Backend, alike: tuple[QName, list[QName]], backwards: bool
) -> None:
    """
    One after another is cancelled, so that each is looked for while all that come after it are there.
    """
    _expect_each_cancelled_alone(backend, [alike[0], *alike[1]][:: -1 if backwards else 1])


@verifies("CX-03", cases=Each(ids=FAMILIES, backwards=(False, True)))
def test_CX_03_cancel_takes_no_id_for_another_of_its_family(
    backend: Backend, ids: Sequence[QName], backwards: bool
) -> None:
    _expect_each_cancelled_alone(backend, ids[:: -1 if backwards else 1])


def _expect_each_cancelled_alone(backend: Backend, ids: Sequence[QName]) -> None:
    marks = {str(each): Periodic(Duration(60 + number, 0)) for number, each in enumerate(ids)}
    with backend.fresh() as store:
        for each in ids:
            store.record_scheduled(each, marks[str(each)])
        before = _names_and_marks(store)
        for cancelled in ids[:-1]:
            store.cancel(cancelled)

            left = _names_and_marks(store)
            survivors = {(name, mark) for name, mark in before if mark != marks[str(cancelled)]}
            claim = "cancel matches the whole dotted id: prefixes, suffixes and other spellings survive"
            expect(
                survivors <= left,
                claim,
                expected=Words(f"after cancel of {str(cancelled)!a}: {_told(survivors)}"),
                observed=Words(_told(left)),
            )
            before = left


def _told(jobs: set[tuple[str, Schedule]]) -> str:
    """Escaped: like ids must not look alike here."""
    return ", ".join(sorted(ascii(name) for name, _ in jobs)) or "no job"


def _names_and_marks(store: Session) -> set[tuple[str, Schedule]]:
    return {(str(record.id), record.schedule) for record in store.load_all()}


@verifies("CX-04")
@given(
    twins=st.lists(plain_rows(st.just(JOB)), min_size=2, max_size=4),
    status=known_statuses,
    other=plain_rows(st.just(OTHER)),
    place=st.integers(0, 4),
)
def test_CX_04_cancel_removes_every_row_of_the_qname(
    backend: Backend, twins: list[StoredRow], status: str, other: StoredRow, place: int
) -> None:
    """
    The last of them has a status of its own.
    """
    twins = [*twins[:-1], replace(twins[-1], status=status)]
    rows = [*twins[:place], other, *twins[place:]]
    with backend.fresh(rows=[raw_row(row) for row in rows]) as store:
        store.cancel(JOB)

        left = [row.qname for row in store.rows() if row.qname == str(JOB)]
        expect_equal(left, [], "cancel removes every row of the qname")


@verifies("CX-05")
@given(row=plain_rows(st.just(JOB)), ended=st.booleans(), again=st.sampled_from(AGAIN))
def test_CX_05_a_job_recorded_again_after_cancel_starts_from_the_defaults(
    backend: Backend, row: StoredRow, ended: bool, again: Again
) -> None:
    planted = [raw_row(row)] if backend.has("planted_rows") else []
    with backend.fresh(now=NOON, rows=planted) as store:
        if not planted:
            store.record_scheduled(JOB, row.schedule)
        if ended:
            store.record_finished(JOB, AN_INSTANT, success=False)
        store.cancel(JOB)
        store.perform(replace(again, id=JOB))
        found = _unnamed(store, JOB)
        store.perform(replace(again, id=NEVER_SEEN))
        claim = "a job recorded again after cancel is like one that was never seen before"
        expect_equal(found, _unnamed(store, NEVER_SEEN), claim)


def _unnamed(store: Session, id: QName) -> object:
    """What is stored of a job, without its name and, under a clock that runs, without an instant of it."""
    held = store.contents().get(str(id))
    if held is not None and not store.backend.has("clock") and held.schedule == Manual():
        held = replace(held, next_fire_at=None)
    if isinstance(held, StoredRow):
        return replace(held, qname=str(JOB))
    return held and replace(held, id=JOB)


@verifies("CX-06", cases=Each(count=(1, 2, 3)))
def test_CX_06_cancelling_the_last_job_leaves_an_empty_document(backend: Backend, count: int) -> None:
    ids = [OTHER, JOB, NEVER_SEEN][:count]
    with backend.fresh() as store:
        for each in ids:
            store.record_scheduled(each, Manual())
        for each in ids:
            store.cancel(each)
        document = store.document()
        claim = "cancelling the last job leaves the document [] in place"
        observed = Words("no document") if document is None else document
        expect(bool(document), claim, expected=b"[]", observed=observed)
        expect_equal(store.rows(), (), claim)
