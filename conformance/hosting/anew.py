"""Values made anew: equal in what they hold, of the plain types and of nothing else."""

from __future__ import annotations

from typing import Any

from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, QName, Schedule, SystemTime
from conformance.showing import show

_LONGEST_QUOTE = 200


def require(value: Any, kind: type) -> Any:
    """The value, if it is of this kind. Raises TypeError."""
    if not isinstance(value, kind):
        raise TypeError
    return value


def _text(value: Any) -> str:
    return str.__str__(value)


def name_made_anew(value: Any) -> QName:
    """An equal name. Raises TypeError."""
    require(value, QName)
    return QName(_text(value.namespace), _text(value.local))


def instant_made_anew(value: Any) -> SystemTime:
    """An equal instant. Raises TypeError, ValueError."""
    require(value, SystemTime)
    return SystemTime(value.secs_since_epoch, value.nanos_since_epoch)


def schedule_made_anew(value: Any) -> Schedule:
    """An equal schedule. Raises TypeError, ValueError."""
    match value:
        case Once():
            return Once(instant_made_anew(value.at))
        case Periodic():
            every = require(value.every, Duration)
            return Periodic(Duration(every.secs, every.nanos))
        case Cron():
            return Cron(_text(value.expr))
    require(value, Manual)
    return Manual()


def plain(value: object) -> object:
    """A value of JSON's types, made anew; of anything else, what it looks like."""
    match value:
        case None | bool():
            return value
        case str():
            return _text(value)
        case int():
            return int.__int__(value)
        case float():
            return float.__float__(value)
        case dict():
            return {plain(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return quoted(value)


def _shown(value: object) -> str:
    """What it holds in words; what it says of itself, where what it holds is not what it should be."""
    try:
        return show(value)
    except Exception:
        return str.__str__(repr(value))


def quoted(value: object) -> str:
    """A value for people, also one that cannot be shown."""
    try:
        text = _shown(value)
    except BaseException as error:
        text = f"a {type(value).__name__} whose repr raises {type(error).__name__}"
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}..."
