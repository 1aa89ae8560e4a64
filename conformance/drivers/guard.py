"""Tells what a backend may do from what no backend may do.

What comes from a backend is never kept as it is: it could change later, or lie when it is compared. It is
read once, held against the interface, and made anew of plain values. What it is given is made anew, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from conformance.contract.connection import BackendFault, EscapedFault, NonsenseFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    MAX_CONSECUTIVE_FAILURES,
    CancellationToken,
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SchedulerJobRecord,
    SchedulerJobStatus,
    SystemTime,
)


class LackingFault(NonsenseFault):
    """The backend declares a capability that it does not offer."""


_Result = TypeVar("_Result")
_LONGEST_QUOTE = 200


def call_backend(operation: str, function: Callable[..., _Result], *arguments: object) -> _Result:
    """Call into a backend.

    Raises SchedulerPersistenceError with the words of the backend's own, BackendFault as it comes, and
    EscapedFault for whatever else comes out: also what the kit itself raises, or the user's Ctrl-C would.
    """
    try:
        return function(*arguments)
    except SchedulerPersistenceError as error:
        raise SchedulerPersistenceError(words_of(error)) from error
    except BackendFault:
        raise
    except BaseException as error:
        raise EscapedFault(
            f"{operation} raised {type(error).__name__}: {words_of(error)}; "
            f"only SchedulerPersistenceError may come out"
        ) from error


def words_of(error: BaseException) -> str:
    """The text of an exception, also of one that will not tell."""
    try:
        return str.__str__(str(error))
    except BaseException as another:
        return f"(its text cannot be had: {type(another).__name__})"


def checked_records(answer: object) -> list[SchedulerJobRecord]:
    """What load_all returned, made anew, if it is a list of well-formed records. Raises NonsenseFault."""
    if not isinstance(answer, list):
        raise NonsenseFault(
            f"load_all returned {quoted(answer)}; it must return a list of SchedulerJobRecord"
        )
    return [_record(record, position) for position, record in enumerate(answer)]


def _record(record: object, position: int) -> SchedulerJobRecord:
    if not isinstance(record, SchedulerJobRecord):
        raise NonsenseFault(
            f"load_all returned a list whose item {position} is {quoted(record)}; "
            f"it must be a SchedulerJobRecord"
        )
    members = {}
    for name, make, wanted in _MEMBERS:
        value = getattr(record, name)
        try:
            members[name] = make(value)
        except (TypeError, ValueError, AttributeError):
            raise NonsenseFault(
                f"load_all returned a list whose item {position} has {name} = {quoted(value)}; "
                f"it must be {wanted}"
            ) from None
    return SchedulerJobRecord(**members)


class GuardedToken(CancellationToken):
    """The token of a record, whatever it is: called as a backend is."""

    __slots__ = ("_token",)

    def __init__(self, token: Any) -> None:
        super().__init__()
        self._token = token

    def cancel(self) -> None:
        """Trip the token."""
        call_backend("cancel of a token", self._token.cancel)

    def is_cancelled(self) -> bool:
        """Whether it was tripped. Raises NonsenseFault for an answer that is neither True nor False."""
        answer = call_backend("is_cancelled of a token", self._token.is_cancelled)
        if not isinstance(answer, bool):
            raise NonsenseFault(f"is_cancelled returned {quoted(answer)}; it must return True or False")
        return answer


def _text(value: Any) -> str:
    return str.__str__(value)


def name_made_anew(value: Any) -> QName:
    """An equal name. Raises TypeError."""
    _require(value, QName)
    return QName(_text(value.namespace), _text(value.local))


def _status(value: Any) -> SchedulerJobStatus:
    return SchedulerJobStatus(_require(value, SchedulerJobStatus).value)


def instant_made_anew(value: Any) -> SystemTime:
    """An equal instant. Raises TypeError, ValueError."""
    _require(value, SystemTime)
    return SystemTime(value.secs_since_epoch, value.nanos_since_epoch)


def _instant_or_none(value: Any) -> SystemTime | None:
    return None if value is None else instant_made_anew(value)


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MAX_CONSECUTIVE_FAILURES:
        raise ValueError
    return value


def schedule_made_anew(value: Any) -> Schedule:
    """An equal schedule. Raises TypeError, ValueError."""
    match value:
        case Once():
            return Once(instant_made_anew(value.at))
        case Periodic():
            every = _require(value.every, Duration)
            return Periodic(Duration(every.secs, every.nanos))
        case Cron():
            return Cron(_text(value.expr))
    _require(value, Manual)
    return Manual()


def _token(value: Any) -> CancellationToken:
    if not callable(value.cancel) or not callable(value.is_cancelled):
        raise TypeError
    return GuardedToken(value)


def _require(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError
    return value


_INSTANT = "a SystemTime or None"
_MEMBERS: tuple[tuple[str, Callable[[Any], Any], str], ...] = (
    ("id", name_made_anew, "a QName"),
    ("status", _status, "a SchedulerJobStatus"),
    ("next_fire_at", _instant_or_none, _INSTANT),
    ("last_started_at", _instant_or_none, _INSTANT),
    ("last_finished_at", _instant_or_none, _INSTANT),
    ("consecutive_failures", _count, f"an int from 0 to {MAX_CONSECUTIVE_FAILURES}"),
    ("schedule", schedule_made_anew, "a Schedule"),
    ("cancel", _token, "a token with cancel() and is_cancelled()"),
)


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


def quoted(value: object) -> str:
    """A value for people, also one that cannot be shown."""
    try:
        text = str.__str__(repr(value))
    except BaseException as error:
        text = f"a {type(value).__name__} whose repr raises {type(error).__name__}"
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}..."
