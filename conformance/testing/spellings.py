"""Rows in spellings that released versions read and none writes (LD-09), and the rows that they mean."""

from __future__ import annotations

from typing import Any

from conformance.contract.records import (
    MAX_INSTANT_SECS,
    Duration,
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SystemTime,
)
from conformance.oracle.document import StoredRow
from conformance.testing.planting import raw_row
from conformance.testing.strategies.schedules import PLAIN_SCHEDULES

JOB = QName("kit", "job")
_AT = SystemTime(2_000_000_000, 0)
_ARRAYS = ("array 3", "array 4", "array 5")
OTHER_SPELLINGS: list[dict[str, Any]] = [
    *({"schedule": plan, "carried": 0, "spelling": array} for plan in PLAIN_SCHEDULES for array in _ARRAYS),
    *({"schedule": Manual(), "carried": 0, "spelling": other} for other in ("manual", "instant", "duration")),
    *(
        {"schedule": Manual(), "carried": carried, "spelling": carrying}
        for carried in (0, 1, 12_345_678, 500_000_000, 999_999_999)
        for carrying in ("nanos", "nanos of an instant", "nanos of the last instant")
    ),
]
"""Arguments of `other_spelling`, as they come up."""


def other_spelling(spelling: str, schedule: Schedule, carried: int) -> tuple[Any, StoredRow]:
    """A raw row of JOB in another spelling, and the row it means."""
    at, every = _AT, Duration(60, 0)
    whole = raw_row(_meant(schedule, at))

    match spelling:
        case "array 3":
            return list(whole.values())[:3], _meant(Manual(), None)
        case "array 4":
            return list(whole.values())[:4], _meant(schedule, None)
        case "array 5":
            return list(whole.values()), _meant(schedule, at)
        case "manual":
            return whole | {"schedule": {"Manual": None}}, _meant(Manual(), at)
        case "instant":
            pair = [at.secs_since_epoch, at.nanos_since_epoch]
            return whole | {"schedule": {"Once": pair}, "next_fire_at": pair}, _meant(Once(at), at)
        case "duration":
            pair = [every.secs, every.nanos]
            return whole | {"schedule": {"Periodic": pair}}, _meant(Periodic(every), at)
        case "nanos of an instant" | "nanos of the last instant":
            last = MAX_INSTANT_SECS if spelling == "nanos of the last instant" else at.secs_since_epoch
            late = {"secs_since_epoch": last - 1, "nanos_since_epoch": 1_000_000_000 + carried}
            carried_to = SystemTime(last, carried)
            raw = whole | {"schedule": {"Once": late}, "next_fire_at": late}
            return raw, _meant(Once(carried_to), carried_to)
    long = {"secs": 60, "nanos": 3_000_000_000 + carried}
    return whole | {"schedule": {"Periodic": long}}, _meant(Periodic(Duration(63, carried)), at)


def _meant(schedule: Schedule, next_fire_at: SystemTime | None) -> StoredRow:
    return StoredRow(str(JOB), "Idle", 2, schedule, next_fire_at)
