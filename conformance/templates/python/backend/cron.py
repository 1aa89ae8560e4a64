"""The cron dialect (NF-05): seconds first, an optional year, both day fields must match, always UTC."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

_SHORTHANDS = {
    "@yearly": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 1",
    "@daily": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_MONTH_NAMES = "january february march april may june july august september october november december".split()
_DAY_NAMES = "sunday monday tuesday wednesday thursday friday saturday".split()
_MONTHS = {name[:length]: month for month, name in enumerate(_MONTH_NAMES, 1) for length in (3, 9)}
_DAYS = {name[:length]: day for day, name in enumerate(_DAY_NAMES, 1) for length in (3, 9)}
_DAYS |= {"tues": 3, "thurs": 5}


class _Field(NamedTuple):
    lowest: int
    highest: int
    takes_question_mark: bool = False
    names: dict[str, int] = {}


_FIELDS = (
    _Field(0, 59),
    _Field(0, 59),
    _Field(0, 23),
    _Field(1, 31, True),
    _Field(1, 12, False, _MONTHS),
    _Field(1, 7, True, _DAYS),
    _Field(1970, 2100),
)
_YEARS_END = calendar.timegm((_FIELDS[-1].highest + 1, 1, 1, 0, 0, 0))

_BLANKS = " \t\r\n"
_B = f"[{_BLANKS}]*"
_BLANK_RUN = re.compile(_B)
_ITEM = re.compile(
    rf"(?P<every>[*?])"
    rf"|{_B}(?P<first>[0-9]+){_B}(?:-{_B}(?P<last>[0-9]+){_B})?"
    rf"|{_B}(?P<first_name>[A-Za-z]+){_B}(?:-{_B}(?P<last_name>[A-Za-z]+){_B})?"
)
_STEP = re.compile(rf"/{_B}([0-9]+){_B}")


def next_match(expression: str, secs: int) -> int | None:
    """The first match strictly after a second; None for an expression that is refused or never matches."""
    try:
        fields = parse(expression)
    except ValueError:
        return None
    if secs >= _YEARS_END:
        return None
    return _search(fields, datetime.fromtimestamp(secs + 1, UTC))


def parse(expression: str) -> list[list[int]]:
    """The values of the seven fields, each in ascending order. Raises ValueError for a refused expression."""
    expression = _SHORTHANDS.get(expression.strip(_BLANKS), expression)
    position = 0
    values: list[list[int]] = []
    for field in _FIELDS:
        if len(values) == 6 and position == len(expression):
            expression += "*"
        allowed, position = _field(expression, position, field)
        values.append(sorted(allowed))
    if position != len(expression):
        raise ValueError(f"unexpected text at {position}")
    return values


def _field(text: str, position: int, field: _Field) -> tuple[set[int], int]:
    position = _skip_blanks(text, position)
    values, position = _item(text, position, field)
    allowed = set(values)
    while text[position : position + 1] == ",":
        values, position = _item(text, position + 1, field)
        allowed.update(values)
    return allowed, _skip_blanks(text, position)


def _item(text: str, position: int, field: _Field) -> tuple[range, int]:
    item = _ITEM.match(text, position)
    if item is None or (item["every"] == "?" and not field.takes_question_mark):
        raise ValueError(f"no field item at {position}")
    step = None if item["first_name"] and not item["last_name"] else _STEP.match(text, item.end())
    first, last = _bounds(item, field, goes_on=step is not None)
    if not field.lowest <= first <= last <= field.highest:
        raise ValueError(f"out of range at {position}")
    if step is None:
        return range(first, last + 1), item.end()
    stride = _number(step[1])
    if not 1 <= stride <= field.highest:
        raise ValueError(f"impossible step at {position}")
    return range(first, last + 1, stride), step.end()


def _bounds(item: re.Match[str], field: _Field, *, goes_on: bool) -> tuple[int, int]:
    if item["every"]:
        return field.lowest, field.highest
    if item["first_name"]:
        first = _named(item["first_name"], field)
        return first, _named(item["last_name"], field) if item["last_name"] else first
    first = _number(item["first"])
    if item["last"]:
        return first, _number(item["last"])
    return first, field.highest if goes_on else first


def _named(name: str, field: _Field) -> int:
    if name.lower() not in field.names:
        raise ValueError(f"unknown name {name[:40]!r}")
    return field.names[name.lower()]


def _number(digits: str) -> int:
    return int(digits.lstrip("0")[:5] or "0")  # five digits are more than any field takes


def _skip_blanks(text: str, position: int) -> int:
    run = _BLANK_RUN.match(text, position)
    return run.end() if run else position


def _search(fields: list[list[int]], start: datetime) -> int | None:
    seconds, minutes, hours, *date_fields = fields
    for date in _dates(date_fields, start):
        earliest = (start.hour, start.minute, start.second)
        is_first_day = date == (start.year, start.month, start.day)
        for time in _times(hours, minutes, seconds, earliest if is_first_day else (0, 0, 0)):
            return calendar.timegm((*date, *time))
    return None


def _dates(fields: list[list[int]], start: datetime) -> Iterator[tuple[int, int, int]]:
    days, months, weekdays, years = fields
    for year in years:
        if year < start.year:
            continue
        for month in months:
            first_weekday, length = calendar.monthrange(year, month)
            for day in days:
                monday_is_0 = (first_weekday + day - 1) % 7
                after_start = (year, month, day) >= (start.year, start.month, start.day)
                if day <= length and after_start and (monday_is_0 + 1) % 7 + 1 in weekdays:
                    yield year, month, day


def _times(
    hours: list[int], minutes: list[int], seconds: list[int], earliest: tuple[int, int, int]
) -> Iterator[tuple[int, int, int]]:
    for hour in hours:
        if hour < earliest[0]:
            continue
        for minute in minutes:
            if (hour, minute) < earliest[:2]:
                continue
            for second in seconds:
                if (hour, minute, second) >= earliest:
                    yield hour, minute, second
