"""Next fire times agree with the product, and the dialect's corners hold."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.records import MAX_INSTANT_SECS, SystemTime
from conformance.golden import CronVector, cron_vectors
from conformance.oracle.next_fire import next_fire

MIDNIGHT = SystemTime(1_781_481_600, 0)  # 2026-06-15T00:00:00Z, a Monday
LAST_SECOND = 4_133_980_799  # 2100-12-31T23:59:59Z


def accepts(expression: str) -> bool:
    try:
        next_fire(expression, MIDNIGHT)
    except ValueError:
        return False
    return True


def text_of(instant: SystemTime | None) -> str | None:
    if instant is None:
        return None
    epoch = datetime.datetime(1970, 1, 1)
    return (epoch + datetime.timedelta(seconds=instant.secs_since_epoch)).isoformat()


def fires(expression: str, now: SystemTime = MIDNIGHT) -> str | None:
    return text_of(next_fire(expression, now))


def answer_fits(vector: CronVector) -> bool:
    if vector.accepted != accepts(vector.expression):
        return False
    if not vector.accepted:
        return True
    earliest, latest = (next_fire(vector.expression, SystemTime.from_nanos(now)) for now in vector.now_window)
    if earliest == latest:
        return vector.next_fire == earliest
    return earliest is not None and vector.next_fire is not None and earliest <= vector.next_fire


def test_every_vector_of_the_product_agrees() -> None:
    disagreeing = [vector for vector in cron_vectors() if not answer_fits(vector)]

    assert [] == disagreeing


@pytest.mark.parametrize(
    "expression",
    [
        "******",
        "*******",
        "0 0 0 1JAN*",
        "0 0 0 * JAN MON2030",
        "1 -5 * * * * *",
        "1 - 5 * * * * *",
        "*/ 5 * * * * *",
        "1 / 5 * * * * *",
        "*, 5 * * * * *",
        "0 0 0 * * MON - FRI / 2",
        "0 0 0 ?/2 * ?,2",
        "0 0 0 * * mOnDaY-fRiDaY",
        "0 0 0 * * tues,THURS",
        "00000000000000000000005 * * * * *",
        "1-5/59 * * * * *",
        "0 0 0 1 1 * 1970-2100/2100",
        "\t\r\n @daily \n",
    ],
)
def test_the_dialect_accepts(expression: str) -> None:
    assert accepts(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        " ",
        "* * * * *",
        "* * * * * * * *",
        "* /5 * * * * *",
        "* ,5 * * * * *",
        "*, * * * * * *",
        "0 ? 0 * * *",
        "0 0 0 ? ? ?",
        "0 0 0 * * MON/2",
        "0 0 0 * * FRI-MON",
        "0 0 0 * * MON-6",
        "0 0 0 * * 0",
        "0 0 0 * * 8",
        "0 0 0 * * thur",
        "0 0 0 1 sept *",
        "*/60 * * * * *",
        "0 0 */24 * * *",
        "5/60 * * * * *",
        "1-5/0 * * * * *",
        "0 0 0 1 1 * 1969",
        "0 0 0 1 1 * 2101",
        "0 0 0 1 1 * */2101",
        "99999999999999999999 * * * * *",
        "9" * 10_000 + " * * * * *",
        "٣ * * * * *",
        "0\xa00 0 1 1 *",
        "0\x0b0 0 1 1 *",
        "0 0 0 * * ＭＯＮ",
        "@Daily",
        "@annually",
        "@daily *",
        "TZ=UTC 0 0 0 1 1 *",
        "0 0 0 L * *",
        "1, * * * * *",
        ",1 * * * * *",
    ],
)
def test_the_dialect_refuses(expression: str) -> None:
    assert not accepts(expression)


def test_an_instant_on_a_match_gives_the_next_match() -> None:
    assert "2026-06-16T00:00:00" == fires("0 0 0 * * *")


def test_a_fraction_of_a_second_is_rounded_down_first() -> None:
    just_before = SystemTime(MIDNIGHT.secs_since_epoch - 1, 999_999_999)

    assert "2026-06-15T00:00:00" == fires("* * * * * *", just_before)


def test_day_of_month_and_day_of_week_must_both_match() -> None:
    assert "2026-11-13T00:00:00" == fires("0 0 0 13 * FRI")


def test_a_leap_day_on_a_sunday_is_found() -> None:
    assert "2032-02-29T00:00:00" == fires("0 0 0 29 2 SUN")


def test_a_century_that_is_no_leap_year_has_no_leap_day() -> None:
    assert fires("0 0 0 29 2 * 2097-2100") is None


def test_a_day_that_no_month_has_never_comes() -> None:
    assert fires("0 0 0 30 2 *") is None


def test_the_last_second_of_2100_is_the_last_to_fire() -> None:
    assert "2100-12-31T23:59:59" == fires("* * * * * *", SystemTime(LAST_SECOND - 1, 0))
    assert fires("* * * * * *", SystemTime(LAST_SECOND, 0)) is None


def test_the_last_instant_there_is_has_no_next() -> None:
    assert fires("* * * * * *", SystemTime(MAX_INSTANT_SECS, 999_999_999)) is None


def test_the_first_instant_is_the_epoch() -> None:
    assert "1970-01-01T00:00:01" == fires("* * * * * *", SystemTime(0, 0))


FIELDS = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (1, 7))


@given(
    st.tuples(*(st.sets(st.integers(low, high), min_size=1, max_size=4) for low, high in FIELDS)),
    st.integers(0, LAST_SECOND),
)
def test_the_answer_matches_and_nothing_matches_in_between(
    numbers: tuple[set[int], ...], seconds: int
) -> None:
    expression = " ".join(",".join(map(str, sorted(field))) for field in numbers)
    found = next_fire(expression, SystemTime(seconds, 0))
    last_day = (LAST_SECOND if found is None else found.secs_since_epoch) // 86_400

    matching = matching_days(numbers, seconds // 86_400, min(last_day, seconds // 86_400 + 2_000))

    if found is None:
        assert set() == {day for day in matching if day > seconds // 86_400}
    else:
        assert matches(numbers, found)
        assert {day for day in matching if seconds // 86_400 < day < last_day} == set()


def matching_days(numbers: tuple[set[int], ...], first: int, last: int) -> set[int]:
    return {day for day in range(first, last + 1) if date_matches(numbers, day)}


def date_matches(numbers: tuple[set[int], ...], day: int) -> bool:
    date = datetime.date(1970, 1, 1) + datetime.timedelta(days=day)
    weekday = date.isoweekday() % 7 + 1
    return date.day in numbers[3] and date.month in numbers[4] and weekday in numbers[5]


def matches(numbers: tuple[set[int], ...], instant: SystemTime) -> bool:
    day, second = divmod(instant.secs_since_epoch, 86_400)
    time = (second % 60, second // 60 % 60, second // 3600)
    return date_matches(numbers, day) and all(
        value in field for value, field in zip(time, numbers, strict=False)
    )
