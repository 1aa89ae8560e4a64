"""Stored rows as values and as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conformance.contract.records import (
    Cron,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SchedulerJobRecord,
    SystemTime,
)

ROW_MEMBERS = ("qname", "status", "consecutive_failures", "schedule", "next_fire_at")
REQUIRED_MEMBERS = ROW_MEMBERS[:3]
INSTANT_MEMBERS = ("secs_since_epoch", "nanos_since_epoch")
DURATION_MEMBERS = ("secs", "nanos")
VARIANTS = ("Once", "Periodic", "Cron", "Manual")


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row of the document with its defaults filled in. `qname` and `status` are texts as stored."""

    qname: str
    status: str
    consecutive_failures: int
    schedule: Schedule
    next_fire_at: SystemTime | None


def restored_qname(qname: str) -> QName | None:
    """The stored qname, split at its last dot (QN-01); None without a dot or with an empty part."""
    namespace, _, local = qname.rpartition(".")
    return QName(namespace, local) if namespace and local else None


def restore(row: StoredRow) -> SchedulerJobRecord | None:
    """The record that load_all makes of a row (RT-12); None for a row that it drops (QN-03, QN-04)."""
    id = restored_qname(row.qname)
    if id is None:
        return None
    return SchedulerJobRecord(
        id,
        next_fire_at=row.next_fire_at,
        consecutive_failures=row.consecutive_failures,
        schedule=row.schedule,
    )


def loaded_rows(rows: Iterable[StoredRow]) -> list[SchedulerJobRecord]:
    """What load_all returns for these rows, in their order."""
    return [record for row in rows if (record := restore(row)) is not None]


def instant_to_json(instant: SystemTime | None) -> dict[str, object] | None:
    """{"secs_since_epoch", "nanos_since_epoch"}, or None (FM-03)."""
    if instant is None:
        return None
    return dict(zip(INSTANT_MEMBERS, (instant.secs_since_epoch, instant.nanos_since_epoch), strict=True))


def schedule_to_json(schedule: Schedule) -> str | dict[str, object]:
    """ "Manual", {"Once": instant}, {"Periodic": duration} or {"Cron": string} (FM-03)."""
    match schedule:
        case Manual():
            return "Manual"
        case Once(at):
            return {"Once": instant_to_json(at)}
        case Periodic(every):
            return {"Periodic": {"secs": every.secs, "nanos": every.nanos}}
        case Cron(expr):
            return {"Cron": expr}


def row_to_json(row: StoredRow) -> dict[str, object]:
    """The row as a JSON object, its members in the order of FM-02."""
    return {
        "qname": row.qname,
        "status": row.status,
        "consecutive_failures": row.consecutive_failures,
        "schedule": schedule_to_json(row.schedule),
        "next_fire_at": instant_to_json(row.next_fire_at),
    }


def instant_from_json(value: object) -> SystemTime | None:
    """The inverse of `instant_to_json`; takes that one spelling. Raises ValueError."""
    if value is None:
        return None
    return SystemTime(*_integers(value, INSTANT_MEMBERS))


def schedule_from_json(value: object) -> Schedule:
    """The inverse of `schedule_to_json`; takes that one spelling of each kind. Raises ValueError."""
    match value:
        case "Manual":
            return Manual()
        case {"Once": at, **rest} if not rest and at is not None:
            return Once(SystemTime(*_integers(at, INSTANT_MEMBERS)))
        case {"Periodic": every, **rest} if not rest:
            return Periodic(Duration(*_integers(every, DURATION_MEMBERS)))
        case {"Cron": str(expr), **rest} if not rest:
            return Cron(expr)
    raise ValueError(f"not a schedule: {value!r}")


def _integers(value: object, members: tuple[str, str]) -> tuple[int, int]:
    if not isinstance(value, Mapping) or value.keys() != set(members):
        raise ValueError(f"not an object of {members[0]} and {members[1]}: {value!r}")
    whole, nanos = (value[name] for name in members)
    if type(whole) is not int or type(nanos) is not int:
        raise ValueError(f"not integers: {value!r}")
    return whole, nanos
