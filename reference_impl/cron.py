"""The cron dialect of the released product (NF-05), and the search for the next fire time in UTC (NF-04).

The expression is read here, strictly by the dialect's grammar. croniter does the searching: it is handed
plain lists of numbers and whole seconds, so that none of its own dialect and no local time zone plays a part.
Of the years, which it knows only up to 2099, it is told nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from croniter import CroniterBadDateError, croniter

from conformance.contract.records import SystemTime

LAST_YEAR = 2100
_LAST_SECOND = int(datetime(LAST_YEAR, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def _named(names: Sequence[str], *more: str) -> dict[str, int]:
    numbered = {name: number for number, name in enumerate(names, start=1)}
    short = {name[:3]: number for name, number in numbered.items()}
    return numbered | short | {also: short[also[:3]] for also in more}


@dataclass(frozen=True, slots=True)
class _Field:
    """What may stand in one place of an expression."""

    name: str
    lowest: int
    highest: int
    names: dict[str, int]
    takes_any: bool = False


_FIELDS = (
    _Field("second", 0, 59, {}),
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of month", 1, 31, {}, takes_any=True),
    _Field("month", 1, 12, _named(_MONTHS)),
    _Field("day of week", 1, 7, _named(_DAYS, "tues", "thurs"), takes_any=True),
)
_YEAR = _Field("year", 1970, LAST_YEAR, {})
_SHORTHANDS = {
    "@yearly": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 1",
    "@daily": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}

# Quantifiers are possessive (*+): a hostile expression is read once, not tried in every way.
_BLANK_CHARACTERS = " \t\r\n"
_BLANKS = rf"[{_BLANK_CHARACTERS}]*+"
_NUMBER = rf"{_BLANKS}([0-9]++){_BLANKS}"
_NAME = rf"{_BLANKS}([A-Za-z]++){_BLANKS}"
_ITEM = re.compile(
    rf"(?:([*?])|{_NUMBER}(?:-{_NUMBER})?+|{_NAME}-{_NAME})(?:/{_NUMBER})?+"  # only these take a step
    rf"|{_NAME}"
)
_LEADING_BLANKS = re.compile(_BLANKS)


@dataclass(frozen=True, slots=True)
class CronExpression:
    """The values that match, in rising order; days of the week from 1 = Sunday to 7 = Saturday."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days_of_month: tuple[int, ...]
    months: tuple[int, ...]
    days_of_week: tuple[int, ...]
    years: tuple[int, ...]


def parse(expression: str) -> CronExpression:
    """Read an expression. Raises ValueError for one that the product refuses."""
    text = _SHORTHANDS.get(expression.strip(_BLANK_CHARACTERS), expression)
    matching: list[tuple[int, ...]] = []
    at = 0
    for field in _FIELDS:
        values, at = _parse_field(field, text, at)
        matching.append(values)
    if at == len(text):
        matching.append(tuple(range(_YEAR.lowest, _YEAR.highest + 1)))
    else:
        years, at = _parse_field(_YEAR, text, at)
        matching.append(years)
    if at != len(text):
        raise ValueError(f"nothing may follow at character {at}")
    return CronExpression(*matching)


def next_fire_after(expression: str, now: SystemTime) -> SystemTime | None:
    """The first matching second strictly after `now`, or None when none comes up to the end of 2100.

    Raises ValueError for an expression that the product refuses.
    """
    cron = parse(expression)
    if now.secs_since_epoch >= _LAST_SECOND:
        return None
    found = _search(cron, now.secs_since_epoch)
    return None if found is None else SystemTime(found, 0)


def _parse_field(field: _Field, text: str, at: int) -> tuple[tuple[int, ...], int]:
    """The values of the field that starts at `at`, and where it ends."""
    at = _skip_blanks(text, at)
    ranges: set[range] = set()
    while True:
        item = _ITEM.match(text, at)
        if item is None:
            raise ValueError(f"{field.name}: an item should stand at character {at}")
        ranges.add(_parse_item(field, item))
        at = item.end()
        if not text.startswith(",", at):
            break
        at += 1
    values = sorted({value for found in ranges for value in found})
    return tuple(values), _skip_blanks(text, at)


def _parse_item(field: _Field, item: re.Match[str]) -> range:
    wildcard, number, last_number, first_name, last_name, step, name = item.groups()
    if wildcard == "?" and not field.takes_any:
        raise ValueError(f"{field.name}: ? cannot stand here")
    if wildcard:
        first, last = field.lowest, field.highest
    elif number:
        first = _number(field, number)
        last = _number(field, last_number) if last_number else field.highest if step else first
    else:
        first = _name(field, first_name or name)
        last = _name(field, last_name or name)
    if first > last:
        raise ValueError(f"{field.name}: {item[0].strip()} runs backwards")
    return range(first, last + 1, _step(field, step) if step else 1)


def _number(field: _Field, digits: str) -> int:
    value = _integer(digits)
    if not field.lowest <= value <= field.highest:
        raise ValueError(f"{field.name}: a number must lie between {field.lowest} and {field.highest}")
    return value


def _step(field: _Field, digits: str) -> int:
    step = _integer(digits)
    if not 1 <= step <= field.highest:
        raise ValueError(f"{field.name}: a step must lie between 1 and {field.highest}")
    return step


def _integer(digits: str) -> int:
    significant = digits.lstrip("0")
    return int(significant[:9] or "0")  # nine digits are already more than any field takes


def _name(field: _Field, name: str) -> int:
    try:
        return field.names[name.lower()]
    except KeyError:
        raise ValueError(f"{field.name}: there is no name {name[:20]}") from None


def _skip_blanks(text: str, at: int) -> int:
    found = _LEADING_BLANKS.match(text, at)
    return at if found is None else found.end()


def _search(cron: CronExpression, after: int) -> int | None:
    """The first matching second after the second `after`, looking year by year of those that match."""
    searcher = croniter(
        _for_croniter(cron),
        start_time=after,
        second_at_beginning=True,
        day_or=False,
        max_years_between_matches=LAST_YEAR - 1970,
    )
    for year in cron.years:
        before_year = _midnight(date(year, 1, 1)) - 1
        after_year = _midnight(date(year + 1, 1, 1))
        if after >= after_year - 1:
            continue
        try:
            found = int(searcher.get_next(float, start_time=max(after, before_year)))
        except CroniterBadDateError:
            return None
        if found < after_year:
            return found
        after = found - 1
    return None


def _for_croniter(cron: CronExpression) -> str:
    fields = (
        cron.seconds,
        cron.minutes,
        cron.hours,
        cron.days_of_month,
        cron.months,
        tuple(day - 1 for day in cron.days_of_week),  # croniter counts from 0 = Sunday
    )
    return " ".join(",".join(map(str, values)) for values in fields)


def _midnight(day: date) -> int:
    """The second at which a day starts."""
    return (day - date(1970, 1, 1)).days * 86400
