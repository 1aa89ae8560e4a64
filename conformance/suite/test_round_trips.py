"""RT: what goes in comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import product, starmap
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import (
    MAX_DURATION_SECS,
    MAX_INSTANT_SECS,
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
from conformance.oracle.model import (
    Mutation,
    NextFire,
    Operation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    next_fire_after,
)
from conformance.showing import Words
from conformance.testing.expect import (
    expect,
    expect_entries,
    expect_equal,
    expect_one_each,
    expect_same_records,
)
from conformance.testing.planting import raw_row
from conformance.testing.session import Backend, Session
from conformance.testing.situation_walk import outcome_of, plainest
from conformance.testing.situations import situation_cases
from conformance.testing.strategies import (
    cron_expressions,
    durations,
    instants,
    legacy_documents,
    plain_ids,
    schedules,
)
from conformance.testing.strategies.names import AWKWARD_NAMES, PLAIN_IDS, names
from conformance.testing.strategies.programs import status_changes
from conformance.testing.strategies.rows import (
    FAILURES,
    KNOWN_STATUSES,
    ROWS_OF_ALL_KINDS,
    failures,
    legacy_shapes,
)
from conformance.testing.strategies.schedules import CRON_TEXTS
from conformance.testing.strategies.times import corner_seconds
from conformance.testing.verifies import verifies

AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
NOON = SystemTime(1_800_000_000, 500_000_000)
NEXT_DAY = SystemTime(1_800_086_400, 0)
YEARS_LATER = SystemTime(2_400_000_000, 0)
ID = QName("kit", "job")
OTHER = QName("kit.other", "job")
LEGACY_RUNS = ("last_started_at", "last_finished_at", "started_at", "finished_at", "cancelled_at")
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
@given(
    first=schedules(),
    second=schedules(),
    ended=st.booleans(),
    order=st.permutations(range(4)),
    reopened=st.sampled_from((NOON, NEXT_DAY, YEARS_LATER)),
)
def test_RT_02_every_record_survives_reopening_field_for_field(
    backend: Backend,
    first: Schedule,
    second: Schedule,
    ended: bool,
    order: list[int],
    reopened: SystemTime,
) -> None:
    """
    Each kind of operation may be the last one before the backend is closed, and years may pass. Of fire times
    that pass meanwhile RT-07 speaks.
    """
    operations: tuple[Mutation, ...] = (
        RecordScheduled(ID, first),
        RecordScheduled(OTHER, second),
        RecordStarted(ID, AN_INSTANT),
        RecordFinished(THIRD, AN_INSTANT, ended),
    )
    with backend.fresh(now=NOON) as store:
        for number in order:
            store.perform(operations[number])
        before = store.load_all()
        backend.hold_clock(reopened)
        store.reopen()
        after = store.load_all()

        survivors = sorted({str(record.id) for record in after})
        expect_equal(
            survivors, [str(ID), str(OTHER), str(THIRD)], "every job is there after closing and reopening"
        )
        claim = "every record is the same after closing and reopening"
        passed = {str(record.id) for record in before if _fires_before(record, reopened)}
        expect_equal(_what_is_stored(after, passed), _what_is_stored(before, passed), claim)


@verifies("RT-02", cases=situation_cases, needs="planted_rows")
def test_RT_02_every_state_meets_every_operation_once_and_again(
    backend: Backend, situation: Mapping[str, Any]
) -> None:
    """
    Any two of a row's schedule, fire time, status, failures and version, of what is done and how often. The
    model says what each step leaves, and which requirement is broken where it leaves something else.
    """
    broken = outcome_of(backend, situation)
    if broken is not None:
        raise plainest(backend, situation, broken)


_MANY = 1_200
_MANY_WITHOUT_PLANTING = 300


@verifies("RT-02")
def test_RT_02_many_jobs_survive_reopening(backend: Backend) -> None:
    """
    More jobs than a page of results, a buffer or a default limit holds.
    """
    planting = backend.has("planted_rows")
    ids = [QName("kit.many", f"n{number}") for number in range(_MANY if planting else _MANY_WITHOUT_PLANTING)]
    rows = [raw_row(StoredRow(str(id), "Idle", 0, Manual(), None)) for id in ids]
    with backend.fresh(rows=rows if planting else ()) as store:
        if not planting:
            for id in ids:
                store.record_started(id, AN_INSTANT)
        expected = {str(id) for id in ids}
        _expect_jobs(store, expected, "every one of many jobs is loaded")
        for id in (ids[-1], ids[0], ids[len(ids) // 2], OTHER):
            store.record_finished(id, AN_INSTANT, success=True)
        store.reopen()
        _expect_jobs(
            store, {*expected, str(OTHER)}, "every one of many jobs is there after closing and reopening"
        )


_OF_EACH_KIND: tuple[Mutation, ...] = (
    RecordScheduled(QName("kit", "once"), Once(SystemTime(2_000_000_000, 7))),
    RecordScheduled(QName("kit", "periodic"), Periodic(Duration(61, 999))),
    RecordScheduled(QName("kit", "cron"), Cron("0 0 3 * * *")),
    RecordScheduled(QName("kit", "manual"), Manual()),
    RecordFinished(QName("kit", "run"), AN_INSTANT, False),
)
_PLANTED = StoredRow("kit.planted", "Idle", 7, Once(AN_INSTANT), NOON)


@verifies("RT-02", shrinks=False, needs="traceable")
def test_RT_02_what_was_stored_is_there_for_another_process(backend: Backend) -> None:
    """
    A process remembers what it wrote, also what never reached the storage. CR-04 asks for more: there nobody
    closes the backend.
    """
    rows = [raw_row(_PLANTED)] if backend.has("planted_rows") and backend.loads([_PLANTED]) else []
    backend.hold_clock(NOON)
    with backend.driver.another_process() as other, backend.fresh(now=NOON, rows=rows) as store:
        for mutation in _OF_EACH_KIND:
            store.perform(mutation)
        before = store.load_all()
        store.close()
        handle = backend.told("open in another process", (), lambda: other.open(store.data.path))
        after = backend.told("load_all in the other process", (), handle.load_all)
        handle.close()
        claim = "every record is the same after closing and opening in another process"
        expect_same_records(after, before, claim)


@verifies("RT-02")
def test_RT_02_two_data_paths_that_are_open_at_once_keep_their_jobs_apart(backend: Backend) -> None:
    with backend.fresh() as first, backend.fresh() as second:
        first.record_started(ID, AN_INSTANT)
        second.record_started(OTHER, AN_INSTANT)
        first.record_scheduled(THIRD, Manual())
        _expect_own_jobs(first, ID, THIRD)
        _expect_own_jobs(second, OTHER)


def _expect_own_jobs(store: Session, *ids: QName) -> None:
    found = sorted(str(record.id) for record in store.load_all())
    claim = "two data paths that are open at once keep their jobs apart"
    expect_equal(found, sorted(map(str, ids)), claim)


def _expect_jobs(store: Session, expected: set[str], claim: str) -> None:
    found = Counter(str(record.id) for record in store.load_all())
    twice = "no operation makes a second row for a job"
    expect_one_each(found.elements(), twice, subject="record", requirement="UP-06")
    lost, strange = sorted(expected - found.keys()), sorted(found.keys() - expected)
    told = f"{len(found)} jobs; lost: {lost[:3]}, never recorded: {strange[:3]}"
    expect(not lost and not strange, claim, expected=Words(f"{len(expected)} jobs"), observed=Words(told))


def _fires_before(record: SchedulerJobRecord, at: SystemTime) -> bool:
    return record.next_fire_at is not None and record.next_fire_at < at


def _what_is_stored(records: list[SchedulerJobRecord], passed: Collection[str]) -> dict[str, object]:
    """The fields of each record, without the fire times of the jobs that `passed` names."""
    return {
        str(r.id): (r.schedule, None if str(r.id) in passed else r.next_fire_at, r.consecutive_failures)
        for r in records
    }


def _schedules_come_back(backend: Backend, schedules: Sequence[Schedule], claim: str) -> None:
    """A job with each, before and after reopening."""
    plans = {f"kit.job{number}": schedule for number, schedule in enumerate(schedules)}
    with backend.fresh() as store:
        for dotted, schedule in plans.items():
            store.record_scheduled(QName.parse(dotted), schedule)
        _expect_plans(store, plans, claim)
        store.reopen()
        _expect_plans(store, plans, claim)


def _expect_plans(store: Session, plans: Mapping[str, Schedule], claim: str) -> None:
    loaded = {str(record.id): record.schedule for record in store.load_all()}
    expect_entries(loaded, plans, claim)


def _overflows(schedule: Schedule) -> bool:
    expected: NextFire = next_fire_after(schedule, SystemTime(0, 0), SystemTime(2**33, 0))
    return expected.refusable


@verifies("RT-03", examples=0.6)
@given(every=durations())
def test_RT_03_a_periodic_schedule_comes_back_exactly(backend: Backend, every: Duration) -> None:
    _expect_periods_to_come_back(backend, [every])


@verifies("RT-03")
def test_RT_03_every_corner_of_the_seconds_with_every_corner_of_the_nanoseconds(backend: Backend) -> None:
    _expect_periods_to_come_back(backend, list(starmap(Duration, corner_seconds(MAX_DURATION_SECS))))


def _expect_periods_to_come_back(backend: Backend, periods: Sequence[Duration]) -> None:
    """One that overflows may be refused, but not if it is stored already."""
    claim = "a Periodic schedule comes back with the same seconds and nanoseconds"
    schedules = list(map(Periodic, periods))
    _schedules_come_back(backend, [plan for plan in schedules if not _overflows(plan)], claim)
    if backend.has("planted_rows"):
        plans: dict[str, Schedule] = {f"kit.job{number}": plan for number, plan in enumerate(schedules)}
        rows = [raw_row(StoredRow(dotted, "Pending", 0, plan, None)) for dotted, plan in plans.items()]
        with backend.fresh(rows=rows) as store:
            _expect_plans(store, plans, claim)
            store.record_started(OTHER, AN_INSTANT)
            store.reopen()
            _expect_plans(store, plans, claim)


_CHARACTER_FOR_CHARACTER = "a Cron expression comes back character for character"


@verifies("RT-04", examples=0.5)
@given(exprs=st.lists(cron_expressions(), min_size=1, max_size=3))
def test_RT_04_a_cron_expression_comes_back_character_for_character(
    backend: Backend, exprs: list[str]
) -> None:
    _schedules_come_back(backend, list(map(Cron, exprs)), _CHARACTER_FOR_CHARACTER)


@verifies("RT-04")
def test_RT_04_texts_that_somebody_might_tidy(backend: Backend) -> None:
    _schedules_come_back(backend, list(map(Cron, CRON_TEXTS)), _CHARACTER_FOR_CHARACTER)


_TO_THE_NANOSECOND = "a Once instant comes back to the nanosecond"


@verifies("RT-05", examples=0.6)
@given(at=instants())
def test_RT_05_a_once_instant_comes_back_to_the_nanosecond(backend: Backend, at: SystemTime) -> None:
    _schedules_come_back(backend, [Once(at)], _TO_THE_NANOSECOND)


@verifies("RT-05")
def test_RT_05_every_corner_of_the_seconds_with_every_corner_of_the_nanoseconds(backend: Backend) -> None:
    corners = starmap(SystemTime, corner_seconds(MAX_INSTANT_SECS))
    _schedules_come_back(backend, list(map(Once, corners)), _TO_THE_NANOSECOND)


@verifies("RT-06", cases=lambda _: [{"id": id} for id in PLAIN_IDS])
def test_RT_06_a_manual_schedule_comes_back(backend: Backend, id: QName) -> None:
    with backend.fresh() as store:
        store.record_scheduled(id, Manual())
        _expect_plans(store, {str(id): Manual()}, "a Manual schedule comes back")
        store.reopen()
        _expect_plans(store, {str(id): Manual()}, "a Manual schedule comes back")


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
        expected = {str(ID): at} if backend.has("clock") and at >= NOON else {}
        backend.hold_clock(NEXT_DAY)
        for _ in range(2):
            found = {str(record.id): record.next_fire_at for record in store.load_all()}
            expect_equal(found, {str(r.id): r.next_fire_at for r in before} | expected, claim)
            store.reopen()


_STORED_SCHEDULES: tuple[Schedule, ...] = (
    Manual(),
    Cron("* * * * * *"),
    Cron("no expression"),
    Once(SystemTime(1_000_000_000, 1)),
    Once(SystemTime(2_000_000_000, 1)),
    Periodic(Duration(0, 0)),
    Periodic(Duration(60, 0)),
)
_STORED_FIRES = (
    None,
    SystemTime(0, 0),
    SystemTime(0, 1),
    SystemTime(1_000_000_000, 0),
    SystemTime(1_799_999_999, 999_999_999),
    NOON,
    SystemTime(2_000_000_000, 0),
    SystemTime(2**31, 1_000),
    SystemTime(2**32, 123_456_789),
    SystemTime(2**53 + 1, 1),
    SystemTime(10**17 + 1, 0),
    SystemTime(2**63 - 1, 999_999_999),
)


@verifies("RT-07", needs="planted_rows")
def test_RT_07_no_stored_next_fire_at_is_recomputed(backend: Backend) -> None:
    """
    Each status with each kind of schedule and fire times that it would not have by itself.
    """
    claim = "next_fire_at comes back to the nanosecond, and loading does not recompute it"
    every = enumerate(product(KNOWN_STATUSES, _STORED_SCHEDULES, _STORED_FIRES))
    rows = [
        StoredRow(f"kit.job{number}", status, 0, schedule, at) for number, (status, schedule, at) in every
    ]
    expected = {row.qname: row.next_fire_at for row in rows}
    if not backend.loads(replace(row, next_fire_at=None) for row in rows):
        backend.vacuous()
        return
    with backend.fresh(now=NOON, rows=list(map(raw_row, rows))) as store:
        _expect_fires(store, expected, claim)
        backend.hold_clock(NEXT_DAY)
        _expect_fires(store, expected, claim)
        store.record_started(THIRD, AN_INSTANT)
        store.reopen()
        _expect_fires(store, expected, claim)


def _expect_fires(store: Session, expected: dict[str, SystemTime | None], claim: str) -> None:
    """That each job is loaded is for other requirements."""
    found = {str(record.id): record for record in store.load_all() if str(record.id) in expected}
    wrong = [record for dotted, record in found.items() if record.next_fire_at != expected[dotted]]
    expect_equal(
        wrong[:1], [replace(record, next_fire_at=expected[str(record.id)]) for record in wrong[:1]], claim
    )


_PLANS: tuple[Schedule, ...] = (Manual(), Cron("@daily"))


@verifies("RT-08", examples=0.4)
@given(count=failures)
def test_RT_08_consecutive_failures_comes_back_over_its_whole_range(backend: Backend, count: int) -> None:
    """
    Every corner with every status in every example.
    """
    claim = "consecutive_failures comes back"
    every = enumerate(product((*FAILURES, count), KNOWN_STATUSES, _PLANS))
    rows = [StoredRow(f"kit.job{number}", status, at, plan, None) for number, (at, status, plan) in every]
    expected = {row.qname: row.consecutive_failures for row in rows}
    if not backend.loads(replace(row, consecutive_failures=0) for row in rows):
        backend.vacuous()
        return
    with backend.fresh(rows=list(map(raw_row, rows))) as store:
        for _ in range(2):
            found = {str(record.id): record.consecutive_failures for record in store.load_all()}
            wrong = {
                dotted: found[dotted]
                for dotted in expected
                if found.get(dotted, expected[dotted]) != expected[dotted]
            }
            expect_equal(wrong, {dotted: expected[dotted] for dotted in wrong}, claim)
            store.record_started(OTHER, AN_INSTANT)
            store.reopen()


@verifies("RT-09", examples=0.6)
@given(texts=st.lists(names, min_size=1, max_size=3, unique=True), scheduled=st.booleans())
def test_RT_09_any_unicode_may_stand_in_a_qname(backend: Backend, texts: list[str], scheduled: bool) -> None:
    _expect_names_to_come_back(backend, texts, 1, scheduled)


_LONG_NAMES = [
    {"texts": AWKWARD_NAMES[start::4], "very_long": very_long, "scheduled": scheduled}
    for start in range(4)
    for very_long, scheduled in ((1, False), (1, True), (1_000, False))
]


@verifies("RT-09", cases=lambda _: _LONG_NAMES)
def test_RT_09_every_awkward_name_and_a_thousand_times_as_long(
    backend: Backend, texts: Sequence[str], very_long: int, scheduled: bool
) -> None:
    _expect_names_to_come_back(backend, texts, very_long, scheduled)


def _expect_names_to_come_back(
    backend: Backend, texts: Sequence[str], very_long: int, scheduled: bool
) -> None:
    undotted = {text.replace(".", "·") for text in texts}
    ids = [
        id
        for number, text in enumerate(sorted(undotted))
        for id in (QName(f"kit.n{number}", text * very_long), QName(text, f"job{number}"))
    ]
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


_UNTIDY_ROWS: tuple[dict[str, Any], ...] = (
    {"status": "Bogus", "qname": "nodot", "consecutive_failures": 1},
    {"qname": "kit.twice", "status": "Running", "consecutive_failures": 0},
    {"qname": "kit.twice", "status": "Cancelled", "consecutive_failures": 2},
)


@verifies("RT-11")
@given(rows=legacy_documents(), untidy=st.booleans())
def test_RT_11_load_all_is_a_pure_read(backend: Backend, rows: list[dict[str, Any]], untidy: bool) -> None:
    planted = rows if backend.has("planted_rows") and backend.loads(rows) else []
    if backend.keeps_document and untidy and backend.loads(_UNTIDY_ROWS):
        planted = [*rows, *_UNTIDY_ROWS]
    with backend.fresh(now=NOON, rows=planted) as store:
        if not planted and rows:
            store.record_started(ID, AN_INSTANT)
        before = store.data.files()
        first, second = store.load_all(), store.load_all()
        if planted and not first:
            backend.vacuous()
        expect_same_records(second, first, "loading twice gives equal records")
        store.spoil_last_load()
        claim = "a caller may do with the list it was given what it will: the next load gives equal records"
        expect_same_records(store.load_all(), first, claim)
        if backend.keeps_document:
            claim = "load_all leaves every stored byte as it was, and creates no document"
            expect_equal(store.data.files(), before, claim)


_RUNS = {name: {"secs_since_epoch": 1_700_000_000, "nanos_since_epoch": 5} for name in LEGACY_RUNS} | {
    "cancelled": True
}


@verifies("RT-12", examples=0.5)
@given(changes=st.lists(status_changes([ID]), min_size=1, max_size=3))
def test_RT_12_restored_records_are_pending_with_a_fresh_token(
    backend: Backend, changes: list[Operation]
) -> None:
    """
    Of jobs that run or ran, and of one that was cancelled and recorded again.
    """
    with backend.fresh() as store:
        for change in changes:
            store.perform(change)
        restored = _expect_restored(store)
        store.cancel(ID)
        store.perform(changes[0])
        if not restored + _expect_restored(store):
            backend.vacuous()


@verifies("RT-12", needs="planted_rows")
def test_RT_12_rows_of_every_kind_are_restored_pending(backend: Backend) -> None:
    """
    Every status with every kind of schedule and fire time, in rows of every version; a document may tell of
    runs in members of its own.
    """
    planted = list(map(raw_row, ROWS_OF_ALL_KINDS))
    for number, row in enumerate(ROWS_OF_ALL_KINDS):
        shapes = legacy_shapes(replace(row, qname=f"kit.legacy.n{number}"))
        planted += [shape | {"qname": f"{shape['qname']}s{at}"} for at, shape in enumerate(shapes[1:])]
    if not backend.loads(planted):
        planted = planted[: len(ROWS_OF_ALL_KINDS)]
    told = [raw_row(row) | {"qname": f"{row.qname}told"} | _RUNS for row in ROWS_OF_ALL_KINDS]
    if backend.keeps_document and backend.loads(told[:1]):
        planted += told
    with backend.fresh(rows=planted) as store:
        restored = _expect_restored(store)
        store.record_started(OTHER, AN_INSTANT)
        if not restored + _expect_restored(store):
            backend.vacuous()


def _expect_restored(store: Session) -> int:
    """Of how many records it was seen, in two loads, that they are as after a restart."""
    records = [*store.load_all(), *store.load_all()]
    for record in records:
        expect_equal(record.status, SchedulerJobStatus.PENDING, "a restored record is Pending")
        run = (record.last_started_at, record.last_finished_at)
        expect_equal(run, (None, None), "a restored record knows of no run")
        untripped = not store.backend.told("is_cancelled", (), record.cancel.is_cancelled)
        claim = "every load gives each record a fresh, untripped cancellation token"
        expect(untripped, claim, expected="an untripped token", observed="a tripped one")
        store.backend.told("cancel of the token", (), record.cancel.cancel)
    return len(records)
