"""Tells what a backend may do from what no backend may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from conformance.contract.connection import BackendFault, EscapedFault, NonsenseFault
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import (
    MAX_CONSECUTIVE_FAILURES,
    Cron,
    Manual,
    Once,
    Periodic,
    QName,
    SchedulerJobRecord,
    SchedulerJobStatus,
    SystemTime,
)
from conformance.errors import SidecarConformanceError


class LackingFault(NonsenseFault):
    """The backend declares a capability that it does not offer."""


_Result = TypeVar("_Result")
_OWN_FAULTS = (SchedulerPersistenceError, BackendFault, SidecarConformanceError, KeyboardInterrupt)
_LONGEST_QUOTE = 200


def call_backend(operation: str, function: Callable[..., _Result], *arguments: object) -> _Result:
    """Call into a backend.

    Raises SchedulerPersistenceError as it comes, and EscapedFault for whatever else comes out.
    """
    try:
        return function(*arguments)
    except _OWN_FAULTS:
        raise
    except BaseException as error:
        raise EscapedFault(
            f"{operation} raised {type(error).__name__}: {error}; only SchedulerPersistenceError may come out"
        ) from error


def checked_records(answer: object) -> list[SchedulerJobRecord]:
    """What load_all returned, if it is a list of well-formed records. Raises NonsenseFault."""
    if not isinstance(answer, list):
        raise NonsenseFault(
            f"load_all returned {_quote(answer)}; it must return a list of SchedulerJobRecord"
        )
    for position, record in enumerate(answer):
        mistake = _mistake_in(record)
        if mistake:
            raise NonsenseFault(f"load_all returned a list whose item {position} {mistake}")
    return answer


def _mistake_in(record: object) -> str | None:
    if not isinstance(record, SchedulerJobRecord):
        return f"is {_quote(record)}; it must be a SchedulerJobRecord"
    for name, is_right, wanted in _FIELDS:
        value = getattr(record, name)
        if not is_right(value):
            return f"has {name} = {_quote(value)}; it must be {wanted}"
    return None


def _is_instant_or_none(value: object) -> bool:
    return value is None or type(value) is SystemTime


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_CONSECUTIVE_FAILURES


def _is_token(value: Any) -> bool:
    return callable(getattr(value, "cancel", None)) and callable(getattr(value, "is_cancelled", None))


_INSTANT = "a SystemTime or None"
_FIELDS: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("id", lambda value: type(value) is QName, "a QName"),
    ("status", lambda value: isinstance(value, SchedulerJobStatus), "a SchedulerJobStatus"),
    ("next_fire_at", _is_instant_or_none, _INSTANT),
    ("last_started_at", _is_instant_or_none, _INSTANT),
    ("last_finished_at", _is_instant_or_none, _INSTANT),
    ("consecutive_failures", _is_count, f"an int from 0 to {MAX_CONSECUTIVE_FAILURES}"),
    ("schedule", lambda value: type(value) in {Once, Periodic, Cron, Manual}, "a Schedule"),
    ("cancel", _is_token, "a token with cancel() and is_cancelled()"),
)


def _quote(value: object) -> str:
    try:
        text = repr(value)
    except Exception as error:
        text = f"a {type(value).__name__} whose repr raises {type(error).__name__}"
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}..."
