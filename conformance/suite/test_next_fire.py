"""NF: when a job fires next."""

from __future__ import annotations

from calendar import timegm
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    MAX_DURATION_SECS,
    MAX_INSTANT_SECS,
    NANOS_PER_SECOND,
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
from conformance.golden import cron_vectors
from conformance.oracle.model import next_fire_after
from conformance.oracle.next_fire import next_fire
from conformance.showing import Words
from conformance.suite.cron_texts import (
    ACCEPTED,
    HALF,
    REFUSED,
    exact_moments,
    expressions,
    half_moments,
    moments,
    plain_crons,
)
from conformance.testing.expect import expect, expect_equal, expect_same_records
from conformance.testing.session import Backend, Session
from conformance.testing.strategies import periods
from conformance.testing.verifies import verifies

JOB = QName("kit", "job")
OTHER = QName("kit.other", "job")
LATER = QName("kit", "later")
A_DAY = 86_400
FAR = SystemTime(2**40, 5)
AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)


def _at(year: int, month: int, day: int, hour: int, minute: int, second: int, nanos: int = 0) -> SystemTime:
    return SystemTime(timegm((year, month, day, hour, minute, second)), nanos)


def _schedule_and_expect(store: Session, schedule: Schedule, claim: str, id: QName = JOB) -> None:
    store.record_scheduled(id, schedule)
    expected = store.expected_next_fire(schedule)
    found = store.one(id).next_fire_at
    expect(expected.allows(found), claim, expected=Words(str(expected)), observed=found)


@verifies("NF-01")
@given(now=moments(), every=periods(), again=st.sampled_from((None, 0, 1, A_DAY)))
def test_NF_01_a_periodic_job_fires_a_period_after_it_is_recorded(
    backend: Backend, now: SystemTime, every: Duration, again: int | None
) -> None:
    """
    The same period of another job, recorded later, counts from then.
    """
    claim = "the next fire time of a Periodic schedule is the instant of record_scheduled plus the period"
    with backend.fresh(now=now) as store:
        _schedule_and_expect(store, Periodic(every), claim)
        if again is not None:
            backend.hold_clock(SystemTime(now.secs_since_epoch + again, now.nanos_since_epoch))
            _schedule_and_expect(store, Periodic(every), claim, LATER)


_NEAR = (0, 0, 1, 2, 999, 1_000, 1_001, 1_000_000, HALF - 1, HALF, HALF + 1, NANOS_PER_SECOND)
_DISTANCES = st.one_of(
    st.sampled_from(_NEAR),
    st.sampled_from(_NEAR).map(int.__neg__),
    st.integers(-10 * NANOS_PER_SECOND, 10 * NANOS_PER_SECOND),
    st.integers(-(10**20), MAX_INSTANT_SECS * NANOS_PER_SECOND),
)
_LAST_HELD = _at(2200, 1, 1, 0, 0, 0).secs_since_epoch
_LAST_NANO = MAX_INSTANT_SECS * NANOS_PER_SECOND + NANOS_PER_SECOND - 1


@verifies("NF-02", examples=2.0)
@given(now=exact_moments(), distance=_DISTANCES)
def test_NF_02_a_once_job_fires_at_its_instant_unless_that_has_passed(
    backend: Backend, now: SystemTime, distance: int
) -> None:
    """
    For another job, once it has passed while the backend is open.
    """
    claim = "the next fire time of a Once schedule is its instant when that is now or later, else absent"
    at = SystemTime.from_nanos(min(max(0, now.to_nanos() + distance), _LAST_NANO))
    with backend.fresh(now=now) as store:
        _schedule_and_expect(store, Once(at), claim)
        if at.secs_since_epoch < _LAST_HELD:
            backend.hold_clock(max(now, SystemTime(at.secs_since_epoch + 1, 0)))
            _schedule_and_expect(store, Once(at), claim, LATER)


@verifies("NF-03", examples=0.5)
@given(now=moments(), again=st.sampled_from((None, 0, 1, A_DAY)))
def test_NF_03_a_manual_job_has_the_instant_at_which_it_is_recorded(
    backend: Backend, now: SystemTime, again: int | None
) -> None:
    claim = "the next fire time of a Manual schedule is the instant of record_scheduled"
    with backend.fresh(now=now) as store:
        _schedule_and_expect(store, Manual(), claim)
        if again is not None:
            backend.hold_clock(SystemTime(now.secs_since_epoch + again, now.nanos_since_epoch))
            _schedule_and_expect(store, Manual(), claim, LATER)


NEXT_MATCH = "the next fire time of a Cron schedule is the first match strictly after now, in UTC"


@verifies("NF-04", examples=2.0)
@given(case=plain_crons())
def test_NF_04_a_cron_job_fires_at_the_first_match_strictly_after_now(
    backend: Backend, case: tuple[SystemTime, str]
) -> None:
    """
    The same expression of another job, recorded at that match, has the one that follows.
    """
    now, expression = case
    with backend.fresh(now=now) as store:
        _schedule_and_expect(store, Cron(expression), NEXT_MATCH)
        backend.hold_clock(next_fire(expression, now))
        _schedule_and_expect(store, Cron(expression), NEXT_MATCH, LATER)


NEW_YORK = "EST5EDT,M3.2.0,M11.1.0"
_AROUND_CLOCK_CHANGES = (
    (_at(2026, 1, 15, 12, 0, 0), "0 0 3 * * *"),
    (_at(2026, 1, 15, 2, 59, 59), "0 0 3 * * *"),
    (_at(2026, 3, 8, 1, 59, 59), "0 30 2 * * *"),
    (_at(2026, 3, 8, 6, 59, 59, HALF), "* * * * * *"),
    (_at(2026, 3, 8, 6, 59, 59), "0 0 * * * *"),
    (_at(2026, 3, 8, 7, 0, 0), "0 30 2 * * *"),
    (_at(2026, 7, 4, 3, 30, 0), "0 0 0 * * *"),
    (_at(2026, 11, 1, 5, 30, 0), "0 30 1 * * *"),
    (_at(2026, 11, 1, 5, 59, 59), "0 0 * * * *"),
    (_at(2026, 11, 1, 6, 0, 0), "0 */15 * * * *"),
    (_at(2026, 11, 1, 6, 30, 0, HALF), "0 30 * * * *"),
    (_at(2026, 12, 31, 23, 59, 59), "0 0 0 1 1 *"),
    (_at(2028, 2, 28, 23, 30, 0), "0 0 12 29 2 *"),
)


@verifies("NF-04")
def test_NF_04_the_local_time_zone_plays_no_part(backend: Backend) -> None:
    with backend.driver.in_time_zone(NEW_YORK):
        backend.note(f"the local time zone is {NEW_YORK}")
        for now, expression in _AROUND_CLOCK_CHANGES:
            with backend.fresh(now=now) as store:
                _schedule_and_expect(store, Cron(expression), NEXT_MATCH)


def _expect_by_the_dialect(backend: Backend, now: SystemTime, expression: str) -> None:
    """An expression that never fires again says nothing about the dialect: NF-06 speaks of it."""
    try:
        fire = next_fire(expression, now)
    except ValueError:
        claim = "an expression that the dialect refuses counts as unparsable: next_fire_at is absent"
    else:
        claim = "an expression that the dialect accepts gives the next fire time that it means"
        if fire is None:
            backend.vacuous()
            return
    with backend.fresh(now=now) as store:
        _schedule_and_expect(store, Cron(expression), claim)


@verifies("NF-05", examples=4.0)
@given(now=half_moments(), expression=expressions())
def test_NF_05_expressions_mean_what_the_dialect_says(
    backend: Backend, now: SystemTime, expression: str
) -> None:
    _expect_by_the_dialect(backend, now, expression)


@verifies("NF-05", examples=20.0)
@given(expression=st.sampled_from((*ACCEPTED, *REFUSED)))
def test_NF_05_every_corner_of_the_dialect_in_every_run(backend: Backend, expression: str) -> None:
    """
    So many examples are allowed that none of the corners is left out.
    """
    _expect_by_the_dialect(backend, _at(2026, 11, 23, 9, 41, 17, HALF), expression)


def _expect_golden(backend: Backend, index: int) -> None:
    """On the half second before the clock the product had: no match can lie on it (that is for NF-04)."""
    vector = cron_vectors()[index]
    seconds = min(vector.now_window[0] // NANOS_PER_SECOND, _at(2200, 1, 1, 0, 0, 0).secs_since_epoch)
    _expect_by_the_dialect(backend, SystemTime(seconds, HALF), vector.expression)


_COUNT = len(cron_vectors())
_SPREAD = 150


@verifies("NF-05", examples=10.0)
@given(index=st.sampled_from(range(0, _COUNT, _COUNT // _SPREAD)))
def test_NF_05_the_same_spread_of_recorded_expressions_in_every_run(backend: Backend, index: int) -> None:
    """
    So many examples are allowed that none of the spread is left out.
    """
    _expect_golden(backend, index)


@verifies("NF-05", examples=2.0)
@given(index=st.integers(0, _COUNT - 1))
def test_NF_05_recorded_expressions_give_what_the_product_answered(backend: Backend, index: int) -> None:
    _expect_golden(backend, index)


_NOT_CRON = ("", " ", "every day", "tomorrow", "0 0 0 * * someday", "cron", "é", "99 99 99 99 99 99", "\x00")
_NEVER = (
    *("0 0 0 30 2 *", "0 0 0 31 2,4,6,9,11 *", "59 59 23 31 11 *"),
    *("0 0 0 1 1 * 1970", "0 0 0 29 2 * 2100", "0 0 0 29 2 * 1971-1975/4"),
)
_AFTER_ALL = _at(2101, 1, 1, 0, 0, 0)


@verifies("NF-06", examples=3.0)
@given(
    now=exact_moments(),
    expression=st.sampled_from((*_NOT_CRON, *_NEVER, "0 0 3 * * *")),
    late=st.booleans(),
)
def test_NF_06_an_expression_that_never_fires_is_stored_without_next_fire_at(
    backend: Backend, now: SystemTime, expression: str, late: bool
) -> None:
    """
    Neither does any after the last year of the dialect.
    """
    with backend.fresh(now=max(now, _AFTER_ALL) if late else now) as store:
        schedule = Cron(expression)
        store.record_scheduled(JOB, schedule)
        if store.expected_next_fire(schedule).earliest is not None:
            backend.vacuous()
            return
        claim = "an expression that cannot be parsed or never fires again is stored without next_fire_at"
        expect_equal(store.one(JOB).next_fire_at, None, claim)


_TOO_LONG = st.one_of(
    st.sampled_from((2**63 - 1, 2**63, 2**63 + 1, 2**64 - 2**33, MAX_DURATION_SECS)),
    st.integers(2**63 - 2**32, MAX_DURATION_SECS),
)
_LAST_NANOS = NANOS_PER_SECOND - 1


@verifies("NF-07")
@given(
    now=moments(),
    secs=_TOO_LONG,
    nanos=st.sampled_from((0, 1, HALF, _LAST_NANOS)),
    known=st.booleans(),
)
def test_NF_07_a_schedule_whose_next_instant_cannot_be_represented_corrupts_nothing(
    backend: Backend, now: SystemTime, secs: int, nanos: int, known: bool
) -> None:
    """
    A job that is `known` fires at another time, if a schedule that never fires takes that away (UP-01).
    """
    schedule = Periodic(Duration(secs, nanos))
    fires = known and not backend.is_wrong_aside(partial(_expect_to_fire_no_more, backend, now))
    with backend.fresh(now=now) as store:
        store.record_scheduled(OTHER, Cron("0 0 3 * * *"))
        if fires:
            store.record_scheduled(JOB, Once(FAR))
        elif known:
            store.record_started(JOB, AN_INSTANT)
        before = store.load_all()
        refused = _is_refused(store, schedule)
        if next_fire_after(schedule, *store.window).earliest is not None:
            backend.vacuous()
            return
        _expect_intact(store, before, refused)
        store.reopen()
        _expect_intact(store, before, refused)
        store.record_started(LATER, AN_INSTANT)
        _expect_intact(store, before, refused)


def _expect_to_fire_no_more(backend: Backend, now: SystemTime) -> None:
    with backend.fresh(now=now) as store:
        for schedule in (Once(FAR), Cron("no expression")):
            store.record_scheduled(JOB, schedule)
        expect_equal(store.one(JOB).next_fire_at, None, "the old fire time is gone")


def _is_refused(store: Session, schedule: Schedule) -> bool:
    try:
        store.record_scheduled(JOB, schedule)
    except SchedulerPersistenceError:
        return True
    return False


def _expect_intact(store: Session, before: list[SchedulerJobRecord], refused: bool) -> None:
    after = [record for record in store.load_all() if record.id != LATER]
    if refused:
        claim = "a schedule that is refused because its next instant cannot be represented changes nothing"
        expect_same_records(after, before, claim)
        return
    claim = "a schedule whose next instant cannot be represented leaves the other jobs as they are"
    expect_same_records(_all_but_job(after), _all_but_job(before), claim)
    claim = "a schedule whose next instant cannot be represented is stored without next_fire_at"
    found = [record.next_fire_at for record in after if record.id == JOB]
    expect_equal(found, [None], claim)


def _all_but_job(records: list[SchedulerJobRecord]) -> list[SchedulerJobRecord]:
    return [record for record in records if record.id != JOB]
