"""The interface's values as JSON: one spelling, on the wire and in the document.

Reading raises ValueError for whatever is not exactly such a value (ER-01, ER-02).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

from interface import NANOS_PER_SECOND, Cron, Duration, Instant, Manual, Once, Periodic, QName, Schedule

MAX_U32 = 2**32 - 1
MAX_I64 = 2**63 - 1
MAX_U64 = 2**64 - 1
_DEPTH = 100  # far deeper than any known member, far less than the decoder's own limit
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


class Members(list[tuple[str, Any]]):
    """An object as its members in order, so that one given twice can be told."""


def parse(data: bytes) -> Any:
    """The JSON value of `data`, objects as Members. What is nested deeper than known members may be null."""
    text = data.decode("utf-8")
    try:
        return _DECODER.decode(text)
    except RecursionError:
        return _DECODER.decode(_shallow(text))


def _shallow(text: str) -> str:
    """Check deep parts one by one and put null for each, so that no nesting is too deep (LD-04, SE-03)."""
    unfinished: list[list[str]] = [[]]
    depth = copied = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        if match[0] in "[{":
            if depth and depth % _DEPTH == 0:
                unfinished[-1].append(text[copied : match.start()])
                unfinished.append([])
                copied = match.start()
            depth += 1
        elif match[0] in "]}":
            depth -= 1
            if depth and depth % _DEPTH == 0 and len(unfinished) > 1:
                _DECODER.decode("".join(unfinished.pop()) + text[copied : match.end()])
                unfinished[-1].append("null")
                copied = match.end()
    if len(unfinished) > 1:
        raise ValueError("the text ends inside a value")
    return "".join(unfinished[0]) + text[copied:]


def _integer(digits: str) -> int | float:
    return float(digits) if digits == "-0" or len(digits) > 20 else int(digits)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=Members, parse_int=_integer, parse_constant=_no_constant)


def members(value: Any, known: tuple[str, ...], *, ignore_others: bool = False) -> dict[str, Any]:
    """The known members of an object by name; unknown ones may be ignored, also when given twice."""
    if not isinstance(value, Members):
        raise ValueError("an object was expected")
    found: dict[str, Any] = {}
    for name, item in value:
        if name not in known:
            if not ignore_others:
                raise ValueError(f"unknown member {name[:40]!r}")
        elif name in found:
            raise ValueError(f"the member {name!r} is there twice")
        else:
            found[name] = item
    return found


def required(found: dict[str, Any], name: str) -> Any:
    if name not in found:
        raise ValueError(f"the member {name!r} is missing")
    return found[name]


def integer(value: Any, highest: int) -> int:
    if type(value) is not int or not 0 <= value <= highest:
        raise ValueError(f"an integer from 0 to {highest} was expected")
    return value


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a string was expected")
    value.encode("utf-8")  # a lone surrogate is no text
    return value


def qname(value: Any) -> QName:
    found = members(value, QName._fields)
    name = QName(*(text(required(found, part)) for part in QName._fields))
    if not all(name):
        raise ValueError("namespace and local must not be empty")
    return name


def _seconds_and_nanos(value: Any, names: tuple[str, ...], highest: int) -> tuple[int, int]:
    """An object, or an array of two; nanoseconds carry into the seconds (LD-09)."""
    if type(value) is list and len(value) == 2:
        secs, nanos = value
    else:
        found = members(value, names)
        secs, nanos = (required(found, name) for name in names)
    carry, nanos = divmod(integer(nanos, MAX_U32), NANOS_PER_SECOND)
    return integer(integer(secs, MAX_U64) + carry, highest), nanos


def instant(value: Any) -> Instant:
    return Instant(*_seconds_and_nanos(value, Instant._fields, MAX_I64))


def duration(value: Any) -> Duration:
    return Duration(*_seconds_and_nanos(value, Duration._fields, MAX_U64))


def _manual(value: Any) -> Manual:
    if value is not None:
        raise ValueError("Manual takes no value")
    return Manual()


_VARIANTS: dict[str, Callable[[Any], Schedule]] = {
    "Once": lambda value: Once(instant(value)),
    "Periodic": lambda value: Periodic(duration(value)),
    "Cron": lambda value: Cron(text(value)),
    "Manual": _manual,
}


def schedule(value: Any) -> Schedule:
    if value == "Manual":
        return Manual()
    if not isinstance(value, Members) or len(value) != 1:
        raise ValueError("a schedule was expected")
    [(variant, content)] = value
    if variant not in _VARIANTS:
        raise ValueError(f"unknown schedule {variant[:40]!r}")
    return _VARIANTS[variant](content)


def schedule_to_json(schedule: Schedule) -> Any:
    match schedule:
        case Once(at):
            return {"Once": at._asdict()}
        case Periodic(every):
            return {"Periodic": every._asdict()}
        case Cron(expression):
            return {"Cron": expression}
        case Manual():
            return "Manual"


def instant_to_json(instant: Instant | None) -> Any:
    return instant and instant._asdict()
