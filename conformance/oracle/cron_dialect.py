"""The cron dialect of the sidecar: text to sets of numbers (NF-05).

The grammar, with blanks being space, tab, CR and LF::

    expression = shorthand | seconds minutes hours days months weekdays [years]
    field      = blanks item {"," item} blanks
    item       = ("*" | "?") [step] | number ["-" number] [step] | name ["-" name [step]]
    step       = "/" number

Blanks may stand around a number and around a name. What follows an item decides how it goes on, so fields
need no blank between them where the next one can be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

FIRST_YEAR = 1970
LAST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class CronSets:
    """The numbers that match, bit n standing for n; `years` counts from 1970, weekday 1 is Sunday."""

    seconds: int
    minutes: int
    hours: int
    days: int
    months: int
    weekdays: int
    years: int


@dataclass(frozen=True, slots=True)
class _Field:
    label: str
    lowest: int
    highest: int
    names: Mapping[str, int]
    question: bool = False  # whether ? may stand for *


def _names(spellings: str) -> dict[str, int]:
    """Names in groups for the numbers from 1; those of one group mean the same."""
    groups = enumerate(spellings.split(";"), start=1)
    return {name: number for number, group in groups for name in group.split()}


_MONTHS = _names(
    "jan january; feb february; mar march; apr april; may; jun june; jul july; aug august;"
    "sep september; oct october; nov november; dec december"
)
_WEEKDAYS = _names(
    "sun sunday; mon monday; tue tues tuesday; wed wednesday; thu thurs thursday; fri friday; sat saturday"
)
_FIELDS = (
    _Field("seconds", 0, 59, {}),
    _Field("minutes", 0, 59, {}),
    _Field("hours", 0, 23, {}),
    _Field("days of month", 1, 31, {}, question=True),
    _Field("months", 1, 12, _MONTHS),
    _Field("days of week", 1, 7, _WEEKDAYS, question=True),
)
_YEARS = _Field("years", FIRST_YEAR, LAST_YEAR, {})

_SHORTHANDS = {
    "@yearly": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 1",
    "@daily": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_BLANKS = " \t\r\n"
_B = f"[{_BLANKS}]*"
_SKIP = re.compile(_B)
_ITEM = re.compile(
    rf"(?:(?P<every>[*?])"
    rf"|{_B}(?P<first>[0-9]+){_B}(?:-{_B}(?P<last>[0-9]+){_B})?"
    rf"|{_B}(?P<name>[A-Za-z]+){_B}(?:-{_B}(?P<last_name>[A-Za-z]+){_B})?)"
    rf"(?:/{_B}(?P<step>[0-9]+){_B})?"
)
_MORE_THAN_ANY = 10_000


@lru_cache(maxsize=1024)
def parse_cron(expression: str) -> CronSets:
    """What `expression` matches. Raises ValueError for one that the dialect refuses."""
    text = _SHORTHANDS.get(expression.strip(_BLANKS), expression)
    sets = []
    pos = 0
    for field in _FIELDS:
        numbers, pos = _parse_field(text, pos, field)
        sets.append(numbers)
    years = _span(_YEARS.lowest, _YEARS.highest, 1)
    if pos < len(text):
        years, pos = _parse_field(text, pos, _YEARS)
    if pos < len(text):
        _refuse(text, pos, "text after the last field")
    sets.append(years >> FIRST_YEAR)
    return CronSets(*sets)


def _parse_field(text: str, pos: int, field: _Field) -> tuple[int, int]:
    """The field's numbers and where the next field starts."""
    pos = _skip(text, pos)
    numbers = 0
    while True:
        found = _ITEM.match(text, pos)
        if found is None:
            _refuse(text, pos, f"no item for {field.label}")
        numbers |= _item_numbers(found, field)
        pos = found.end()
        if text[pos : pos + 1] != ",":
            return numbers, _skip(text, pos)
        pos += 1


def _skip(text: str, pos: int) -> int:
    blanks = _SKIP.match(text, pos)
    assert blanks is not None
    return blanks.end()


def _item_numbers(found: re.Match[str], field: _Field) -> int:
    first, last = _ends(found, field)
    step = 1
    if found["step"] is not None:
        step = _number(found["step"])
        if found["name"] is not None and found["last_name"] is None:
            _refuse(found.string, found.start("step"), "a step after a single name")
        if not 1 <= step <= field.highest:
            _refuse(found.string, found.start("step"), f"a step outside 1 to {field.highest}")
    if not field.lowest <= first <= last <= field.highest:
        _refuse(found.string, found.start(), f"no range within {field.lowest} to {field.highest}")
    return _span(first, last, step)


def _ends(found: re.Match[str], field: _Field) -> tuple[int, int]:
    """First and last number of an item, not yet checked; a single number with a step goes on to the end."""
    if found["every"] is not None:
        if found["every"] == "?" and not field.question:
            _refuse(found.string, found.start(), f"? for {field.label}")
        return field.lowest, field.highest
    if found["name"] is not None:
        first = _named(found, "name", field)
        return first, first if found["last_name"] is None else _named(found, "last_name", field)
    first = _number(found["first"])
    if found["last"] is not None:
        return first, _number(found["last"])
    return first, first if found["step"] is None else field.highest


def _named(found: re.Match[str], group: str, field: _Field) -> int:
    number = field.names.get(found[group].lower())
    if number is None:
        _refuse(found.string, found.start(group), f"no such name for {field.label}")
    return number


def _number(digits: str) -> int:
    """The number, or one that is too large for every field; leading zeros count for nothing."""
    significant = digits.lstrip("0")
    return int(significant or "0") if len(significant) <= 4 else _MORE_THAN_ANY


def _span(first: int, last: int, step: int) -> int:
    return sum(1 << number for number in range(first, last + 1, step))


def _refuse(text: str, pos: int, reason: str) -> NoReturn:
    raise ValueError(f"{reason}, at character {pos + 1} of {text!r}")
