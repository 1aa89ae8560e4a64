"""Values as a person reads them, and what a record says of its job."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import ItemsView, Iterable, KeysView, ValuesView
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

from conformance.contract.records import (
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    SchedulerJobRecord,
    SystemTime,
)
from conformance.oracle.document import StoredRow
from conformance.oracle.model import (
    Cancel,
    FlushCheckpoint,
    Operation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    Reopen,
)

_LONGEST_SHOWN = 2000
_CAPITAL = re.compile("(?<=.)(?=[A-Z])")
_KIT = f"{__name__.partition('.')[0]}."


@dataclass(frozen=True, slots=True)
class Words:
    """Text to be shown as it is, not as a value."""

    text: str


def show(value: object) -> str:
    """A value as a person reads it, cut where it is very long."""
    text = _show(value)
    if len(text) <= _LONGEST_SHOWN:
        return text
    return f"{text[:_LONGEST_SHOWN]}... ({len(text)} characters)"


def spelled(value: object) -> str:
    """A value whole; one that an operation takes as Python spells it."""
    return _show(value)


def _show(value: object) -> str:
    match value:
        case Words(text):
            return text
        case QName(namespace, local):
            return f"QName({namespace!r}, {local!r})"
        case SystemTime(secs, nanos) | Duration(secs, nanos):
            return f"{type(value).__name__}({secs}, {nanos})"
        case Once(inner) | Periodic(inner) | Cron(inner):
            return f"{type(value).__name__}({_show(inner)})"
        case Manual():
            return "Manual()"
        case SchedulerJobRecord():
            return _show_record(value)
        case StoredRow():
            return _show_row(value)
        case Reopen():
            return "reopen()"
        case RecordScheduled() | RecordStarted() | RecordFinished() | Cancel() | FlushCheckpoint():
            return (
                f"{_CAPITAL.sub('_', type(value).__name__).lower()}({', '.join(map(_show, _members(value)))})"
            )
        case Enum() if value.name:
            return f"{type(value).__name__}.{value.name}"
        case _:
            return _show_container(value)


def _show_container(value: object) -> str:
    """A value that may hold others: of Python's own containers, whatever they hold is shown as elsewhere."""
    match value:
        case list():
            return f"[{_listed(value)}]"
        case tuple() if hasattr(value, "_fields"):
            return f"{type(value).__name__}({_listed(value)})"
        case tuple():
            return f"({_listed(value)}{',' if len(value) == 1 else ''})"
        case set() | frozenset() if value:
            return f"{{{', '.join(sorted(map(_show, value)))}}}"
        case dict():
            return "{" + ", ".join(f"{_show(key)}: {_show(item)}" for key, item in value.items()) + "}"
        case deque() | KeysView() | ValuesView() | ItemsView():
            return f"{type(value).__name__}([{_listed(value)}])"
        case _:
            return _show_ours(value)


def _show_ours(value: object) -> str:
    """A dataclass of the kit's in its own words, or with its members shown as elsewhere; else its repr."""
    if not is_dataclass(value) or isinstance(value, type) or not type(value).__module__.startswith(_KIT):
        return repr(value)
    if type(value).__str__ is not object.__str__:
        return str(value)
    shown = ", ".join(
        f"{each.name}={_show(getattr(value, each.name))}" for each in fields(value) if each.repr
    )
    return f"{type(value).__name__}({shown})"


def _listed(values: Iterable[object]) -> str:
    return ", ".join(map(_show, values))


def _members(operation: Operation) -> tuple[object, ...]:
    return tuple(getattr(operation, member.name) for member in fields(operation))


def _show_row(row: StoredRow) -> str:
    return (
        f"row {row.qname!r} (status {row.status!r}, consecutive_failures {row.consecutive_failures},"
        f" {_show(row.schedule)}, next_fire_at {_show(row.next_fire_at)})"
    )


def _show_record(record: SchedulerJobRecord) -> str:
    run = (
        f"last_started_at {_show(record.last_started_at)}, last_finished_at {_show(record.last_finished_at)}"
    )
    return (
        f"record {str(record.id)!r} ({record.status.value}, next_fire_at {_show(record.next_fire_at)}, {run},"
        f" consecutive_failures {record.consecutive_failures}, {_show(record.schedule)})"
    )


def essence(record: SchedulerJobRecord) -> tuple[object, ...]:
    """What a record says of its job; that status and run are those of a fresh start is RT-12's business."""
    return str(record.id), record.schedule, record.next_fire_at, record.consecutive_failures
