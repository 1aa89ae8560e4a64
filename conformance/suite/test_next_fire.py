"""NF: when a job fires next."""

from __future__ import annotations

from calendar import timegm
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby, product, starmap
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

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
    FRACTIONS,
    HALF,
    REFUSED,
    calendar_cases,
    exact_moments,
    expressions,
    half_moments,
    moments,
    plain_crons,
    weekday_cases,
)
from conformance.testing.expect import attempt, expect, expect_equal, expect_same_records
from conformance.testing.profiles import Dose
from conformance.testing.session import Backend, Session
from conformance.testing.strategies import periods
from conformance.testing.time_zones import ZONES
from conformance.testing.verifies import verifies

JOB = QName("kit", "job")
OTHER = QName("kit.other", "job")
LATER = QName("kit", "later")
NOON = SystemTime(timegm((2027, 1, 15, 12, 0, 0)), 0)
A_DAY = 86_400
FAR = SystemTime(2**40, 5)
AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)


def _at(year: int, month: int, day: int, hour: int, minute: int, second: int, nanos: int = 0) -> SystemTime:
    return SystemTime(timegm((year, month, day, hour, minute, second)), nanos)


A_PERIOD_LATER = (
    "the next fire time of a Periodic schedule is the instant of record_scheduled plus the period"
)
UNLESS_PASSED = "the next fire time of a Once schedule is its instant when that is now or later, else absent"
AT_ONCE = "the next fire time of a Manual schedule is the instant of record_scheduled"
NEXT_MATCH = "the next fire time of a Cron schedule is the first match strictly after now, in UTC"


def _schedule_and_expect(store: Session, schedule: Schedule, claim: str, id: QName = JOB) -> None:
    store.record_scheduled(id, schedule)
    expected = store.expected_next_fire(schedule)
    found = store.one(id).next_fire_at
    expect(expected.allows(found), claim, expected=Words(str(expected)), observed=found)


def _schedule_each_and_expect(
    backend: Backend, plans: Iterable[tuple[SystemTime, Schedule]], claim: str
) -> None:
    """Each in a job of its own, recorded when the clock is held there. Only what goes wrong is told."""
    for now, group in groupby(plans, key=lambda plan: plan[0]):
        with backend.aside(), backend.fresh(now=now) as store:
            for number, (_, schedule) in enumerate(group):
                with backend.aside():
                    _schedule_and_expect(store, schedule, claim, QName("kit", f"job{number}"))


def _expect_in_time_zone(backend: Backend, posix_tz: str, schedules: Sequence[Schedule], claim: str) -> None:
    """Each schedule at each of the moments around the changes of the clocks."""
    plans = product(ZONES[posix_tz].moments(), schedules)
    with backend.driver.in_time_zone(posix_tz):
        backend.note(f"the local time zone is {posix_tz}")
        _schedule_each_and_expect(backend, plans, claim)


def time_zone_cases(_: Dose) -> Iterable[dict[str, Any]]:
    """A case for each time zone: over the wire, each needs a process of its own."""
    return [{"posix_tz": posix_tz} for posix_tz in ZONES]


@verifies("NF-01", examples=0.7)
@given(now=moments(), every=periods(), again=st.sampled_from((None, 0, 1, A_DAY)))
def test_NF_01_a_periodic_job_fires_a_period_after_it_is_recorded(
    backend: Backend, now: SystemTime, every: Duration, again: int | None
) -> None:
    """
    The same period of another job, recorded later, counts from then.
    """
    with backend.fresh(now=now) as store:
        _schedule_and_expect(store, Periodic(every), A_PERIOD_LATER)
        if again is not None:
            backend.hold_clock(SystemTime(now.secs_since_epoch + again, now.nanos_since_epoch))
            _schedule_and_expect(store, Periodic(every), A_PERIOD_LATER, LATER)


@verifies("NF-01", cases=lambda _: [{"fraction": fraction} for fraction in FRACTIONS])
def test_NF_01_nanoseconds_of_clock_and_period_are_carried_into_the_seconds(
    backend: Backend, fraction: int
) -> None:
    """
    Sums of just below a second, a second and just above; and the last instant that can be represented.
    """
    now = SystemTime(NOON.secs_since_epoch, fraction)
    longest = Duration(*divmod(_LAST_NANO - now.to_nanos(), NANOS_PER_SECOND))
    periods = (
        [longest] if fraction in {0, HALF} else []
    )  # elsewhere a microsecond may be lost (read as a float)
    for nanos in {*_NANOS_OF_PERIODS, *(NANOS_PER_SECOND - fraction - off for off in (-1, 0, 1))}:
        periods.append(Duration(len(periods) % 3 * 86_399, nanos % NANOS_PER_SECOND))
    _schedule_each_and_expect(backend, [(now, Periodic(every)) for every in periods], A_PERIOD_LATER)


_NANOS_OF_PERIODS = (0, 1, 999, 12_345_678, HALF - 1, HALF, HALF + 1, 999_999_000, NANOS_PER_SECOND - 1)


@verifies("NF-01", cases=time_zone_cases)
def test_NF_01_the_local_time_zone_plays_no_part(backend: Backend, posix_tz: str) -> None:
    """
    A period of a day lasts 86,400 seconds, also where the local clocks are changed within it.
    """
    _expect_in_time_zone(backend, posix_tz, [Periodic(every) for every in _PERIODS], A_PERIOD_LATER)


_PERIODS = (Duration(A_DAY, 0), Duration(3_600, 0), Duration(7 * A_DAY, HALF), Duration(200 * A_DAY, 0))


_NEAR = (0, 0, 1, 2, 999, 1_000, 1_001, 1_000_000, HALF - 1, HALF, HALF + 1, NANOS_PER_SECOND)
_DISTANCES = st.one_of(
    st.sampled_from(_NEAR),
    st.sampled_from(_NEAR).map(int.__neg__),
    st.integers(-10 * NANOS_PER_SECOND, 10 * NANOS_PER_SECOND),
    st.integers(-(10**20), MAX_INSTANT_SECS * NANOS_PER_SECOND),
)
_LAST_HELD = _at(2200, 1, 1, 0, 0, 0).secs_since_epoch
_LAST_NANO = MAX_INSTANT_SECS * NANOS_PER_SECOND + NANOS_PER_SECOND - 1


@verifies("NF-02")
@given(now=exact_moments(), distance=_DISTANCES)
def test_NF_02_a_once_job_fires_at_its_instant_unless_that_has_passed(
    backend: Backend, now: SystemTime, distance: int
) -> None:
    """
    For another job, once it has passed while the backend is open.
    """
    at = SystemTime.from_nanos(min(max(0, now.to_nanos() + distance), _LAST_NANO))
    with backend.fresh(now=now) as store:
        _schedule_and_expect(store, Once(at), UNLESS_PASSED)
        if at.secs_since_epoch < _LAST_HELD:
            backend.hold_clock(max(now, SystemTime(at.secs_since_epoch + 1, 0)))
            _schedule_and_expect(store, Once(at), UNLESS_PASSED, LATER)


@verifies("NF-02", cases=lambda _: [{"now": now} for now in (NOON, SystemTime(NOON.secs_since_epoch, HALF))])
def test_NF_02_now_is_not_passed_and_a_nanosecond_ago_is(backend: Backend, now: SystemTime) -> None:
    instants = [
        SystemTime.from_nanos(now.to_nanos() + sign * distance) for distance in _NEAR for sign in (-1, 1)
    ]
    _schedule_each_and_expect(backend, [(now, Once(at)) for at in instants], UNLESS_PASSED)


@verifies("NF-02", cases=time_zone_cases)
def test_NF_02_the_local_time_zone_plays_no_part(backend: Backend, posix_tz: str) -> None:
    changes = ZONES[posix_tz].changes
    instants = [SystemTime(change + distance, 0) for change in changes for distance in (-3_600, 0, 3_600)]
    _expect_in_time_zone(backend, posix_tz, list(map(Once, instants)), UNLESS_PASSED)


@verifies("NF-03", examples=0.5)
@given(now=moments(), again=st.sampled_from((None, 0, 1, A_DAY)))
def test_NF_03_a_manual_job_has_the_instant_at_which_it_is_recorded(
    backend: Backend, now: SystemTime, again: int | None
) -> None:
    with backend.fresh(now=now) as store:
        _schedule_and_expect(store, Manual(), AT_ONCE)
        if again is not None:
            backend.hold_clock(SystemTime(now.secs_since_epoch + again, now.nanos_since_epoch))
            _schedule_and_expect(store, Manual(), AT_ONCE, LATER)


@verifies("NF-03", cases=time_zone_cases)
def test_NF_03_the_local_time_zone_plays_no_part(backend: Backend, posix_tz: str) -> None:
    _expect_in_time_zone(backend, posix_tz, [Manual()], AT_ONCE)


@verifies("NF-04", examples=1.5)
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


_MATCHING_NOON = ("* * * * * *", "*/2 * * * * *", "0 * * * * *", "0 0 12 * * *")


@verifies("NF-04", cases=lambda _: [{"expression": expression} for expression in _MATCHING_NOON])
def test_NF_04_every_fraction_of_a_second_before_and_after_a_match(backend: Backend, expression: str) -> None:
    """
    Whoever rounds the clock, whichever way, takes the wrong match somewhere.
    """
    seconds = [NOON.secs_since_epoch + distance for distance in (-2, -1, 0, 1)]
    nows = [SystemTime(second, fraction) for second in seconds for fraction in FRACTIONS]
    _schedule_each_and_expect(backend, [(now, Cron(expression)) for now in nows], NEXT_MATCH)


@verifies("NF-04", cases=calendar_cases)
def test_NF_04_days_that_some_months_lack(backend: Backend, now: SystemTime, expression: str) -> None:
    """
    From the turn of every month: in usual and leap years, and at centuries of both kinds.
    """
    if next_fire(expression, now) is None:  # for NF-06
        backend.vacuous()
        return
    with backend.fresh(now=now) as store:
        _schedule_and_expect(store, Cron(expression), NEXT_MATCH)


_IN_LOCAL_TIME = (
    "0 0 * * * *",
    "0 30 2 * * *",
    "0 30 1 * * *",
    "0 0 0 * * *",
    "0 */20 * * * *",
    "0 0 0 1 1 *",
)


@verifies("NF-04", cases=time_zone_cases)
def test_NF_04_the_local_time_zone_plays_no_part(backend: Backend, posix_tz: str) -> None:
    _expect_in_time_zone(backend, posix_tz, list(map(Cron, _IN_LOCAL_TIME)), NEXT_MATCH)


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


@verifies("NF-05", examples=3.0)
@given(now=half_moments(), expression=expressions())
def test_NF_05_expressions_mean_what_the_dialect_says(
    backend: Backend, now: SystemTime, expression: str
) -> None:
    _expect_by_the_dialect(backend, now, expression)


@verifies("NF-05", cases=lambda _: [{"expression": expression} for expression in (*ACCEPTED, *REFUSED)])
def test_NF_05_every_corner_of_the_dialect(backend: Backend, expression: str) -> None:
    _expect_by_the_dialect(backend, _at(2026, 11, 23, 9, 41, 17, HALF), expression)


@verifies("NF-05", cases=weekday_cases)
def test_NF_05_weekdays_beside_days_of_the_month(backend: Backend, now: SystemTime, expression: str) -> None:
    """
    Both must match, whichever of the two is a list, a step or a star.
    """
    _expect_by_the_dialect(backend, now, expression)


def _some_recorded(dose: Dose) -> Iterable[dict[str, int]]:
    """An even spread, another with each seed; all of them under the profile thorough."""
    step = max(1, len(cron_vectors()) // dose.examples(6.0))
    return [{"index": index} for index in range(dose.seed % step, len(cron_vectors()), step)]


@verifies("NF-05", cases=_some_recorded)
def test_NF_05_recorded_expressions_give_what_the_product_answered(backend: Backend, index: int) -> None:
    """
    On the half second before the clock the product had: no match can lie on it (that is for NF-04).
    """
    vector = cron_vectors()[index]
    seconds = min(vector.now_window[0] // NANOS_PER_SECOND, _at(2200, 1, 1, 0, 0, 0).secs_since_epoch)
    _expect_by_the_dialect(backend, SystemTime(seconds, HALF), vector.expression)


_NOT_CRON = ("", " ", "every day", "tomorrow", "0 0 0 * * someday", "cron", "é", "99 99 99 99 99 99", "\x00")
_NEVER = (
    *("0 0 0 30 2 *", "0 0 0 31 2,4,6,9,11 *", "59 59 23 31 11 *"),
    *("0 0 0 1 1 * 1970", "0 0 0 29 2 * 2100", "0 0 0 29 2 * 1971-1975/4"),
)
_FROM = (_at(1970, 1, 1, 0, 0, 0), _at(2026, 11, 23, 9, 41, 17, HALF), _at(2100, 12, 31, 23, 59, 59))
_AFTER_ALL = (_at(2101, 1, 1, 0, 0, 0), _at(2104, 2, 28, 12, 0, 0, HALF))
_NEVER_AGAIN = [
    {"now": now, "expression": expression}
    for now, expression in (
        *product((*_FROM, *_AFTER_ALL), (*_NOT_CRON, *_NEVER)),
        *product(_AFTER_ALL, ("0 0 3 * * *", "* * * * * *", "0 0 0 29 2 *")),
    )
]


@verifies("NF-06", cases=lambda _: _NEVER_AGAIN)
def test_NF_06_an_expression_that_never_fires_is_stored_without_next_fire_at(
    backend: Backend, now: SystemTime, expression: str
) -> None:
    """
    Neither does any after the last year of the dialect.
    """
    with backend.fresh(now=now) as store:
        schedule = Cron(expression)
        store.record_scheduled(JOB, schedule)
        if store.expected_next_fire(schedule).earliest is not None:
            backend.vacuous()
            return
        claim = "an expression that cannot be parsed or never fires again is stored without next_fire_at"
        expect_equal(store.one(JOB).next_fire_at, None, claim)


_OVERFLOWS = (2**63 - 1, 2**63, 2**63 + 1, 2**64 - 2**33, MAX_DURATION_SECS)
_TOO_LONG = st.one_of(
    st.sampled_from(_OVERFLOWS),
    st.integers(2**63 - 2**32, MAX_DURATION_SECS),
)
_LAST_NANOS = NANOS_PER_SECOND - 1


@verifies("NF-07", examples=0.5)
@given(now=moments(), secs=_TOO_LONG, nanos=st.sampled_from((0, 1, HALF, _LAST_NANOS)), known=st.booleans())
def test_NF_07_a_schedule_whose_next_instant_cannot_be_represented_corrupts_nothing(
    backend: Backend, now: SystemTime, secs: int, nanos: int, known: bool
) -> None:
    _expect_nothing_corrupt(backend, now, Duration(secs, nanos), known)


_JUST_TOO_LONG = Duration(*divmod(_LAST_NANO + 1 - NOON.to_nanos(), NANOS_PER_SECOND))
_TOO_LONG_AT_NOON = [
    {"now": NOON, "every": every, "known": known}
    for every in (_JUST_TOO_LONG, *starmap(Duration, product(_OVERFLOWS, (0, 1, HALF, _LAST_NANOS))))
    for known in (False, True)
]


@verifies("NF-07", cases=lambda _: _TOO_LONG_AT_NOON)
def test_NF_07_the_shortest_period_that_is_too_long_and_every_border_of_numbers(
    backend: Backend, now: SystemTime, every: Duration, known: bool
) -> None:
    _expect_nothing_corrupt(backend, now, every, known)


def _expect_nothing_corrupt(backend: Backend, now: SystemTime, every: Duration, known: bool) -> None:
    """A job that is `known` fired at another time, which a schedule that never fires takes away (UP-01)."""
    schedule = Periodic(every)
    with backend.fresh(now=now) as store:
        store.record_scheduled(OTHER, Cron("0 0 3 * * *"))
        if known:
            store.record_scheduled(JOB, Once(FAR))
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


def _is_refused(store: Session, schedule: Schedule) -> bool:
    return not attempt(partial(store.record_scheduled, JOB, schedule), strictly=True)


def _expect_intact(store: Session, before: list[SchedulerJobRecord], refused: bool) -> None:
    after = [record for record in store.load_all() if record.id != LATER]
    if refused:
        claim = "a schedule that is refused because its next instant cannot be represented changes nothing"
        expect_same_records(after, before, claim)
        return
    claim = "a schedule whose next instant cannot be represented leaves the other jobs as they are"
    expect_same_records(_all_but_job(after), _all_but_job(before), claim)
    claim = "a schedule whose next instant cannot be represented is stored without next_fire_at"
    found = [record for record in after if record.id == JOB]
    holds = [record.next_fire_at for record in found] == [None]
    expected = Words(f"one record of {str(JOB)!r}, with next_fire_at None")
    expect(holds, claim, expected=expected, observed=found or Words("no record of it"))


def _all_but_job(records: list[SchedulerJobRecord]) -> list[SchedulerJobRecord]:
    return [record for record in records if record.id != JOB]
