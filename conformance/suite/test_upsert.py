"""UP: upsert, never duplicate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

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
    SystemTime,
)
from conformance.oracle.document import StoredRow
from conformance.oracle.model import (
    Cancel,
    Mutation,
    Operation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
)
from conformance.showing import Words
from conformance.testing.cases import Case, Each
from conformance.testing.expect import expect, expect_entries, expect_equal, expect_one_each
from conformance.testing.planting import raw_row
from conformance.testing.profiles import Dose
from conformance.testing.session import Backend, Session
from conformance.testing.strategies import instants, plain_ids, plain_rows, plain_schedules, programs, rows
from conformance.testing.strategies.programs import StatusChange, status_changes
from conformance.testing.strategies.rows import (
    KNOWN_STATUSES,
    ROWS_OF_ALL_KINDS,
    STRANGE_STATUSES,
    known_statuses,
    strange_statuses,
)
from conformance.testing.strategies.schedules import PLAIN_SCHEDULES
from conformance.testing.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
NOON = SystemTime(1_800_000_000, 500_000_000)
JOB = QName("kit", "job")
TWIN = QName("kit", "twin")
BYSTANDERS = (QName("kit", "one"), QName("kit.two", "three"), QName("gamma", "four"))


_RESCHEDULINGS: tuple[Schedule, ...] = (
    *PLAIN_SCHEDULES,
    Cron("0 0 0 1 1 * "),
    Cron("0 0 0 1 JAN *"),
    Cron("0 0 0 1 jan *"),
    Once(SystemTime(2_000_000_000, 1)),
    Once(SystemTime(60, 0)),
    Periodic(Duration(60, 1)),
    Periodic(Duration(3_600, 0)),
)
_A_DAY = 86_400


@verifies("UP-01")
@given(
    id=plain_ids(),
    plans=st.lists(st.tuples(st.sampled_from(_RESCHEDULINGS), st.booleans()), min_size=2, max_size=6),
    started=st.booleans(),
)
def test_UP_01_rescheduling_replaces_in_place(
    backend: Backend, id: QName, plans: list[tuple[Schedule, bool]], started: bool
) -> None:
    """
    With schedules that are nearly the same, or, a day later, the very same again.
    """
    schedules = [schedule for schedule, twice in plans for _ in range(1 + twice)]
    with backend.fresh(now=NOON) as store:
        for day, schedule in enumerate(schedules):
            backend.hold_clock(SystemTime(NOON.secs_since_epoch + day * _A_DAY, NOON.nanos_since_epoch))
            store.record_scheduled(id, schedule)
            if day > 0:
                _expect_replaced(store, id, schedule, QName("kit.twin", f"n{day}"))
            if started and day == 0:
                store.record_started(id, AN_INSTANT)


def _expect_replaced(store: Session, id: QName, schedule: Schedule, twin: QName) -> None:
    """`twin` is a job that was never seen before: it gets what the known one should have."""
    expected_fire = store.expected_next_fire(schedule)
    found = [record for record in store.load_all() if str(record.id) == str(id)]
    store.record_scheduled(twin, schedule)
    new = store.one(twin)
    claim = "record_scheduled on a known job replaces its schedule: still one record"
    expect_equal([record.schedule for record in found], [schedule], claim)
    claim = "record_scheduled on a known job replaces its next_fire_at, as it would be for a new job"
    fire = found[0].next_fire_at
    if store.backend.has("clock"):
        expect_equal(fire, new.next_fire_at, claim)
    elif isinstance(schedule, Once | Manual):
        expect(expected_fire.allows(fire), claim, expected=Words(str(expected_fire)), observed=fire)


_STATUS_ONLY = "record_started and record_finished on a known job leave all but its status alone"
_ENDINGS = (RecordFinished(JOB, AN_INSTANT, success=True), RecordFinished(JOB, AN_INSTANT, success=False))


@verifies("UP-02")
@given(row=rows(st.just(JOB)), success=st.booleans())
def test_UP_02_a_run_of_a_known_job_changes_its_status_only(
    backend: Backend, row: StoredRow, success: bool
) -> None:
    planted = [raw_row(row)] if backend.has("planted_rows") else []
    with backend.fresh(now=NOON, rows=planted) as store:
        if not planted:
            store.record_scheduled(JOB, Once(SystemTime(2_000_000_000, 0)))
        before = _plan(store.one(JOB))
        for change in (RecordStarted(JOB, AN_INSTANT), RecordFinished(JOB, AN_INSTANT, success)):
            store.perform(change)
            expect_equal(_plan(store.one(JOB)), before, _STATUS_ONLY)
            if backend.keeps_document and planted:
                expect_equal(replace(store.row(JOB), status=row.status), row, _STATUS_ONLY)


_AROUND_THE_RUN = (None, SystemTime(1_699_999_999, 0), AN_INSTANT, SystemTime(1_700_000_001, 0))


@verifies("UP-02", cases=Each(change=(RecordStarted(JOB, AN_INSTANT), *_ENDINGS)), needs="planted_rows")
def test_UP_02_a_run_leaves_the_plan_alone_before_and_after_it_is_due(
    backend: Backend, change: StatusChange
) -> None:
    """
    Every kind of schedule, due before the run's instant, at it and after it. A plan that goes when another
    job runs is for UP-05.
    """
    rows = [
        StoredRow(f"kit.job{number}", "Pending", number, schedule, at)
        for number, (schedule, at) in enumerate(product(PLAIN_SCHEDULES, _AROUND_THE_RUN))
    ]
    with backend.fresh(now=NOON, rows=list(map(raw_row, rows))) as store:
        store.perform(replace(change, id=TWIN))
        before = _plans(store)
        for row in rows:
            store.perform(replace(change, id=QName.parse(row.qname)))
        expect_entries(_plans(store), before, _STATUS_ONLY)


def _plans(store: Session) -> dict[str, object]:
    return {dotted: _plan(held) for dotted, held in store.contents().items()}


def _plan(held: StoredRow | SchedulerJobRecord) -> tuple[object, ...]:
    return held.schedule, held.next_fire_at, held.consecutive_failures


@verifies("UP-03", needs="planted_rows")
@given(row=rows(st.just(JOB)), schedule=plain_schedules())
def test_UP_03_scheduling_a_known_job_leaves_its_status_and_failures_alone(
    backend: Backend, row: StoredRow, schedule: Schedule
) -> None:
    claim = "record_scheduled on a known job leaves its stored status and consecutive_failures alone"
    with backend.fresh(rows=[raw_row(row)]) as store:
        store.record_scheduled(JOB, schedule)
        expect_equal(store.one(JOB).consecutive_failures, row.consecutive_failures, claim)
        if backend.keeps_document:
            stored = store.row(JOB)
            found = (stored.status, stored.consecutive_failures)
            expect_equal(found, (row.status, row.consecutive_failures), claim)


@verifies("UP-03", examples=0.3, needs="planted_rows")
@given(row=plain_rows(st.just(JOB)), schedule=plain_schedules(), drawn=strange_statuses)
def test_UP_03_scheduling_leaves_every_stored_status_alone(
    backend: Backend, row: StoredRow, schedule: Schedule, drawn: str
) -> None:
    """
    Those that some version wrote and many that none ever wrote, each in a job of its own. A status that goes
    when another job is scheduled is for LD-07.
    """
    rows = [
        replace(row, qname=f"kit.job{number}", status=status)
        for number, status in enumerate((*KNOWN_STATUSES, *STRANGE_STATUSES, drawn))
    ]
    with backend.fresh(rows=list(map(raw_row, rows))) as store:
        store.record_scheduled(TWIN, schedule)
        before = _runs(store)
        for known in rows:
            store.record_scheduled(QName.parse(known.qname), schedule)
        claim = "record_scheduled on a known job leaves its stored status and consecutive_failures alone"
        expect_entries(_runs(store), before, claim)


def _runs(store: Session) -> dict[str, object]:
    """What is stored of each job's runs: its status, where that shows, and consecutive_failures."""
    return {
        dotted: (held.status if isinstance(held, StoredRow) else None, held.consecutive_failures)
        for dotted, held in store.contents().items()
    }


@verifies("UP-04")
@given(id=plain_ids(), at=instants(), ending=st.sampled_from((None, True, False)), others=st.booleans())
def test_UP_04_a_run_of_an_unknown_job_creates_it_with_defaults(
    backend: Backend, id: QName, at: SystemTime, ending: bool | None, others: bool
) -> None:
    with backend.fresh() as store:
        if others:
            store.record_scheduled(TWIN, Cron("@daily"))
        if ending is None:
            store.record_started(id, at)
        else:
            store.record_finished(id, at, ending)
        record = store.one(id)
        claim = "a run of an unknown job creates it: Manual, no next_fire_at, no failures"
        expect_equal(_plan(record), (Manual(), None, 0), claim)


@verifies("UP-05")
@given(
    rows=st.lists(rows(), min_size=3, max_size=3),
    start=st.integers(0, 28),
    place=st.integers(0, 3),
    schedule=plain_schedules(),
    order=st.permutations(range(4)),
)
def test_UP_05_a_mutation_of_one_job_changes_no_other(
    backend: Backend, rows: list[StoredRow], start: int, place: int, schedule: Schedule, order: list[int]
) -> None:
    """
    Mutations of every kind in every example, the last one a cancel.
    """
    kinds: tuple[Mutation, ...] = (
        RecordScheduled(JOB, schedule),
        RecordStarted(JOB, AN_INSTANT),
        RecordFinished(JOB, AN_INSTANT, success=True),
        RecordFinished(JOB, AN_INSTANT, success=False),
    )
    others = [
        replace(row, qname=str(id), status=status)
        for row, id, status in zip(rows, BYSTANDERS, KNOWN_STATUSES, strict=False)
    ]
    others += ROWS_OF_ALL_KINDS[start::29]
    planted = [raw_row(other) for other in others]
    planted.insert(place, raw_row(StoredRow(str(JOB), "Pending", 0, Manual(), None)))
    claim = "a mutation of one job changes no other job"
    planting = backend.has("planted_rows")
    with backend.fresh(rows=planted if planting else ()) as store:
        if not planting:
            for row in planted:
                store.record_scheduled(QName.parse(row["qname"]), Once(SystemTime(2_000_000_000, 0)))
        store.reopen()
        before = _bystanders(store)
        if not before:
            backend.vacuous()
        for mutation in (*(kinds[number] for number in order), Cancel(JOB)):
            store.perform(mutation)
            expect_equal(_bystanders(store), before, claim)
        store.reopen()
        expect_equal(_bystanders(store), before, claim)


_UPSERTS = (RecordScheduled(JOB, Manual()), RecordStarted(JOB, AN_INSTANT), *_ENDINGS)


@verifies("UP-05", cases=Each(upsert=_UPSERTS), needs="document")
def test_UP_05_a_mutation_leaves_each_of_several_rows_of_another_job(
    backend: Backend, upsert: Mutation
) -> None:
    """
    Of a new job, of a known one, and a cancel.
    """
    twins = [
        StoredRow(str(TWIN), status, place, Manual(), None) for place, status in enumerate(KNOWN_STATUSES)
    ]
    with backend.fresh(rows=list(map(raw_row, twins))) as store:
        for mutation in (upsert, upsert, Cancel(JOB)):
            store.perform(mutation)
            found = sorted((row for row in store.rows() if row.qname == str(TWIN)), key=_failures)
            expect_equal(found, twins, "a mutation of one job changes no row of another")


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
        expect_one_each(seen, "any sequence of operations leaves at most one row for each dotted id")


@verifies("UP-07")
@given(
    twins=st.lists(st.tuples(plain_rows(st.just(JOB)), known_statuses), min_size=2, max_size=3),
    between=plain_rows(st.just(TWIN)),
    upsert=st.one_of(
        status_changes([JOB]), st.builds(RecordScheduled, st.just(JOB), st.just(Cron("0 0 0 1 2 *")))
    ),
)
def test_UP_07_an_upsert_changes_the_first_of_several_rows_of_one_qname(
    backend: Backend, twins: list[tuple[StoredRow, str]], between: StoredRow, upsert: Mutation
) -> None:
    """
    The first row is Pending, so that every upsert changes it.
    """
    first, *others = [
        replace(twin, status=status if place else "Pending", consecutive_failures=place)
        for place, (twin, status) in enumerate(twins)
    ]
    rows = [between, first, replace(between, qname="kit.third"), *others]
    with backend.fresh(rows=[raw_row(row) for row in rows]) as store:
        store.perform(upsert)
        found = [row for row in store.rows() if row.qname == str(JOB)]
        claim = "an upsert changes the first of several rows of one qname and adds none"
        expect_equal(len(found), len(twins), claim)
        untouched = sorted((row for row in found if row in others), key=_failures)
        expect(untouched == others, claim, expected=others, observed=found)
        expect(first not in found, claim, expected=Words("another first row"), observed=found)


def _failures(row: StoredRow) -> int:
    return row.consecutive_failures


_NEIGHBOURS = ("kit.n0", "nodot", "kit.n2", "7", "x.")
_EVERY_UPSERT: tuple[Mutation, ...] = (
    *(RecordScheduled(JOB, schedule) for schedule in PLAIN_SCHEDULES),
    RecordStarted(JOB, AN_INSTANT),
    *_ENDINGS,
)


def _places(dose: Dose) -> Iterator[Case]:
    """Of a known job and of a cancelled one every place among few rows and among all; a new one has none."""
    for size, upsert in product((1, len(_NEIGHBOURS)), _EVERY_UPSERT):
        yield {"size": size, "place": size, "upsert": upsert, "new": "new"}
        for place, new in product(range(size + 1), ("known", "cancelled")):
            yield {"size": size, "place": place, "upsert": upsert, "new": new}


@verifies("UP-08", cases=_places)
def test_UP_08_an_updated_row_keeps_its_position_and_a_new_one_is_appended(
    backend: Backend, size: int, place: int, upsert: Mutation, new: str
) -> None:
    """
    Rows that load_all drops count; whether they stay is for QN-05. A job that was cancelled is a new one.
    """
    neighbours = _NEIGHBOURS[:size]
    planted = [*neighbours[:place], str(JOB), *neighbours[place:]] if new != "new" else neighbours
    order = [*neighbours, str(JOB)] if new != "known" else planted
    rows = [raw_row(StoredRow(dotted, "Pending", 0, Cron("@daily"), None)) for dotted in planted]
    with backend.fresh(rows=rows) as store:
        if new == "cancelled":
            store.cancel(JOB)
            if str(JOB) in {row.qname for row in store.rows()}:
                backend.vacuous()
                return
        store.perform(upsert)

        found = [row.qname for row in store.rows()]
        claim = "an updated row keeps its position, and a new row is appended"
        expect_equal(found, [name for name in order if name in found], claim)
