"""The cron dialect, and the search behind it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import MAX_INSTANT_SECS, SystemTime
from conformance.golden import CronVector, cron_vectors
from reference_impl.cron import CronExpression, next_fire_after, parse

EXPRESSION = "0 30 4 1-7 */3 MON"
NOW = SystemTime(1_781_524_800, 5)


def at(text: str) -> SystemTime:
    return SystemTime(int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()), 0)


def answers(vector: CronVector) -> list[SystemTime | str | None]:
    try:
        return [next_fire_after(vector.expression, SystemTime.from_nanos(now)) for now in vector.now_window]
    except ValueError:
        return ["refused"]


@pytest.fixture
def far_from_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "AAA+11:30BBB,M3.2.0,M11.1.0")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_every_golden_vector_is_answered_as_the_product_does(far_from_utc: None) -> None:
    wrong = [
        vector
        for vector in cron_vectors()
        if (vector.next_fire if vector.accepted else "refused") not in answers(vector)
    ]

    assert wrong == []


def test_the_clock_being_held_changes_no_answer() -> None:
    expected = [next_fire_after(EXPRESSION, NOW), next_fire_after("@yearly", NOW)]

    with freeze_time("2031-05-06T07:08:09Z", tz_offset=-7):
        held = [next_fire_after(EXPRESSION, NOW), next_fire_after("@yearly", NOW)]

    assert held == expected


@pytest.mark.parametrize(
    "expression",
    ["\t* * * * * *", "@daily\r\n", "00000000059 0 0 ?,5 1-12/3 ?/2 2100", "0 0 0 1-1 Sep tues-THURS/2"],
)
def test_what_the_grammar_lets_in_is_parsed(expression: str) -> None:
    assert isinstance(parse(expression), CronExpression)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        " ",
        "@",
        "@ daily",
        "@daily 2030",
        "* * * * *",
        "* * * * * * * *",
        "1, * * * * *",
        "1,,2 * * * * *",
        "* /5 * * * * *",
        "? * * * * *",
        "0 0 0 * MON *",
        "0 0 0 * * MON/2",
        "0 0 0 * * MON-6",
        "0 0 0 1 1 * JAN",
        "1\N{NO-BREAK SPACE}* * * * *",
        "\N{ARABIC-INDIC DIGIT ONE} * * * * *",
        "0 0 0 * * ſun",
        "4294967297 * * * * *",
        "*/4294967297 * * * * *",
    ],
)
def test_what_the_grammar_does_not_let_in_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"at character|must lie|no name|cannot stand"):
        parse(expression)


def test_the_days_of_the_week_run_from_sunday() -> None:
    cron = parse("0 0 0 ? * SUN,3-4,Saturday")

    assert cron.days_of_week == (1, 3, 4, 7)


def test_a_step_after_a_number_runs_to_the_fields_end() -> None:
    cron = parse("50/4 * * * * * 2095/3")

    assert (cron.seconds, cron.years) == ((50, 54, 58), (2095, 2098))


@pytest.mark.parametrize(
    ("expression", "now", "expected"),
    [
        ("0 0 0 29 2 *", "2096-02-29T00:00:00", None),
        ("0 0 0 29 2 *", "2096-02-28T23:59:59", "2096-02-29T00:00:00"),
        ("0 0 0 30 2 *", "1970-01-01T00:00:00", None),
        ("59 59 23 31 12 * 2100", "1970-01-01T00:00:00", "2100-12-31T23:59:59"),
        ("* * * * * *", "2100-12-31T23:59:59", None),
        ("0 0 0 1 1 SUN */7", "1970-01-01T00:00:00", "1984-01-01T00:00:00"),
        ("0 0 0 1 1 * 1970,2050", "1970-01-01T00:00:00", "2050-01-01T00:00:00"),
        ("0 0 0 31 1,4,6 *", "2027-01-31T00:00:00", "2028-01-31T00:00:00"),
    ],
)
def test_the_search_goes_on_to_the_end_of_2100(expression: str, now: str, expected: str | None) -> None:
    assert next_fire_after(expression, at(now)) == (at(expected) if expected else None)


def test_an_instant_beyond_every_calendar_has_no_next_fire() -> None:
    assert next_fire_after("* * * * * *", SystemTime(MAX_INSTANT_SECS, 999_999_999)) is None


@given(
    st.tuples(
        st.sampled_from(["0", "7,30", "*/20"]),
        st.sampled_from(["0", "59", "*/25"]),
        st.sampled_from(["0", "5-7", "23"]),
        st.sampled_from(["*", "1", "29-31", "13", "*/9"]),
        st.sampled_from(["*", "2", "JAN-MAR", "4,12"]),
        st.sampled_from(["*", "1", "MON-FRI", "7", "FRI"]),
    ),
    st.integers(0, 4_000_000_000),
)
def test_the_answer_is_the_first_match(fields: tuple[str, ...], now: int) -> None:
    expression = " ".join(fields)

    found = next_fire_after(expression, SystemTime(now, 999_999_999))

    assert found == first_match_by_day(parse(expression), now)


def first_match_by_day(cron: CronExpression, now: int) -> SystemTime | None:
    """The first match, by going through the days one by one, and through the seconds that match in each."""
    day = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0)
    times = [
        hour * 3600 + minute * 60 + second
        for hour in cron.hours
        for minute in cron.minutes
        for second in cron.seconds
    ]
    while day.year <= 2100:
        if (
            day.month in cron.months
            and day.day in cron.days_of_month
            and day.isoweekday() % 7 + 1 in cron.days_of_week
        ):
            later = [secs for secs in (int(day.timestamp()) + offset for offset in times) if secs > now]
            if later:
                return SystemTime(later[0], 0)
        day += timedelta(days=1)
    return None


@pytest.mark.parametrize(
    "expression",
    [
        "*," * 100_000,
        "1 - " * 100_000,
        " " * 1_000_000 + "x",
        "9" * 1_000_000,
        "0" * 1_000_000,
        "a" * 1_000_000,
        "*/1," * 100_000 + "x * * * * *",
        "*" * 1_000_000,
    ],
)
def test_a_hostile_expression_is_refused_without_hanging(expression: str) -> None:
    with pytest.raises(ValueError, match=r"character|must lie|no name"):
        parse(expression)
