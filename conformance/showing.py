"""Values as a person reads them, and what a record says of its job."""

from __future__ import annotations

from dataclasses import dataclass

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

_LONGEST_SHOWN = 2000


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
        case list() | tuple():
            return "[" + ", ".join(_show(item) for item in value) + "]"
        case dict():
            return "{" + ", ".join(f"{_show(key)}: {_show(item)}" for key, item in value.items()) + "}"
        case _:
            return repr(value)


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
