"""Next fire times of cron expressions, by sets of numbers and integer calendar arithmetic.

No date library and no cron library: an independent answer to compare a backend's with (NF-04, NF-05).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from conformance.contract.records import SystemTime
from conformance.oracle.cron_dialect import FIRST_YEAR, LAST_YEAR, CronSets, parse_cron

_DAY = 86_400  # seconds
_FIRST_WEEKDAY = 4  # 1970-01-01 was a Thursday; Sunday is 0
_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EVERY_WEEK = sum(1 << day for day in range(0, 366, 7))


def next_fire(expression: str, now: SystemTime) -> SystemTime | None:
    """The first whole second strictly after `now` that matches, in UTC; None when there is none up to 2100.

    Raises ValueError for an expression that the dialect refuses.
    """
    sets = parse_cron(expression)
    today, second = divmod(now.secs_since_epoch + 1, _DAY)
    for day in _days_from(sets, today):
        found = _second_from(sets, second if day == today else 0)
        if found is not None:
            return SystemTime(day * _DAY + found, 0)
    return None


def _second_from(sets: CronSets, earliest: int) -> int | None:
    """The first second of a day that matches and is not before `earliest`."""
    hour, rest = divmod(earliest, 3600)
    minute, second = divmod(rest, 60)
    if sets.hours >> hour & 1:
        if sets.minutes >> minute & 1 and (found := _first_from(sets.seconds, second)) is not None:
            return hour * 3600 + minute * 60 + found
        if (later := _first_from(sets.minutes, minute + 1)) is not None:
            return hour * 3600 + later * 60 + _first(sets.seconds)
    if (later := _first_from(sets.hours, hour + 1)) is not None:
        return later * 3600 + _first(sets.minutes) * 60 + _first(sets.seconds)
    return None


def _days_from(sets: CronSets, earliest: int) -> Iterator[int]:
    """Days, counted from the epoch, that match and are not before `earliest`."""
    if earliest >= _days_before(LAST_YEAR + 1):
        return
    for year in range(_year_of(earliest), LAST_YEAR + 1):
        if sets.years >> (year - FIRST_YEAR) & 1:
            new_year = _days_before(year)
            days = _days_of_year(sets, _is_leap(year), (new_year + _FIRST_WEEKDAY) % 7)
            day = _first_from(days, max(0, earliest - new_year))
            while day is not None:
                yield new_year + day
                day = _first_from(days, day + 1)


@lru_cache(maxsize=4096)
def _days_of_year(sets: CronSets, leap: bool, first_weekday: int) -> int:
    """The days that match in a year of this kind; bit 0 stands for the first of January."""
    by_weekday = 0
    for weekday in range(7):
        if sets.weekdays >> (weekday + 1) & 1:
            by_weekday |= _EVERY_WEEK << (weekday - first_weekday) % 7
    by_date = 0
    start = 0
    for month, usual_length in enumerate(_MONTH_LENGTHS, start=1):
        length = usual_length + (leap and month == 2)
        if sets.months >> month & 1:
            by_date |= (sets.days >> 1 & (1 << length) - 1) << start
        start += length
    return by_date & by_weekday


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_before(year: int) -> int:
    """Days from the epoch to the first of January of `year`, from 1970 on."""
    last = year - 1
    return 365 * (year - FIRST_YEAR) + (last // 4 - last // 100 + last // 400) - 477


def _year_of(day: int) -> int:
    year = FIRST_YEAR + day // 366
    while _days_before(year + 1) <= day:
        year += 1
    return year


def _first_from(numbers: int, lowest: int) -> int | None:
    """The lowest member of a set that is not below `lowest`."""
    rest = numbers >> lowest
    return lowest + _first(rest) if rest else None


def _first(numbers: int) -> int:
    """The lowest member of a set that is not empty."""
    return (numbers & -numbers).bit_length() - 1
