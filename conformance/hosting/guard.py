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
    SchedulerJobRecord,
    SchedulerJobStatus,
    SystemTime,
)
from conformance.hosting.anew import instant_made_anew, name_made_anew, quoted, require, schedule_made_anew

_Result = TypeVar("_Result")


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
        words = words_of(error)
        said = f"{type(error).__name__}: {words}" if words else type(error).__name__
        raise EscapedFault(
            f"{operation} raised {said}; only SchedulerPersistenceError may come out"
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
            f"load_all returned {quoted(answer)}; it must return a list of SchedulerJobRecord, "
            f"not {type(answer).__name__}"
        )
    return [_record(record, position) for position, record in enumerate(answer)]


def _record(record: object, position: int) -> SchedulerJobRecord:
    if not isinstance(record, SchedulerJobRecord):
        raise NonsenseFault(
            f"load_all returned a list whose item {position} is {quoted(record)}; "
            f"it must be a SchedulerJobRecord"
        )
    members: list[Any] = []
    for name, make, wanted in _MEMBERS:
        value = getattr(record, name)
        try:
            members.append(make(value))
        except (TypeError, ValueError, AttributeError):
            raise NonsenseFault(
                f"load_all returned a list whose item {position} has {name} = {quoted(value)}; "
                f"it must be {wanted}"
            ) from None
    return SchedulerJobRecord(*members)


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


def _status(value: Any) -> SchedulerJobStatus:
    return SchedulerJobStatus(require(value, SchedulerJobStatus).value)


def _instant_or_none(value: Any) -> SystemTime | None:
    return None if value is None else instant_made_anew(value)


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MAX_CONSECUTIVE_FAILURES:
        raise ValueError
    return value


def _token(value: Any) -> CancellationToken:
    if not callable(value.cancel) or not callable(value.is_cancelled):
        raise TypeError
    return GuardedToken(value)


_INSTANT = "a SystemTime or None"
# In the order of a record's own members.
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
