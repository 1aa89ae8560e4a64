"""Situations: a stored job in some state, and what is done to it. Any two of its factors meet, or any three.

A row's schedule, its fire time, its status and its failures are independent of one another, of the version
that wrote it, and of what is done next and how often; a defect that needs two or three of them to meet is
found by luck unless they are made to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from conformance.contract.records import Cron, Duration, Manual, Once, Periodic, QName, Schedule, SystemTime
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
from conformance.testing.covering import Factors, covering_array
from conformance.testing.planting import raw_row
from conformance.testing.profiles import Dose
from conformance.testing.strategies.rows import KNOWN_STATUSES

JOB = QName("kit", "job")
BYSTANDER = StoredRow("kit.other", "Idle", 1, Periodic(Duration(60, 5)), SystemTime(2_000_000_000, 5))
UNLOADABLE = StoredRow("nodot", "Idle", 1, Manual(), SystemTime(2_000_000_000, 5))
LEFT_OUT = "left out"
"""Of the schedule or the fire time: the row is of a version that did not write it."""
STRANGE = "Bogus"
"""A status that no version writes."""
_AN_INSTANT = SystemTime(1_700_000_000, 123_456_789)
_OTHERWISE = Once(SystemTime(2_000_000_000, 10_000_000))
_NOT_THERE = QName("kit", "absent")

_SCHEDULES: Mapping[str, Schedule] = {
    "Manual": Manual(),
    "Periodic, whole seconds": Periodic(Duration(86_400, 0)),
    "Periodic, nanoseconds only": Periodic(Duration(0, 12_345_678)),
    "Cron": Cron("0 0 0 1 1 *"),
    "Cron, unparsable": Cron("no expression"),
    "Once, to come": Once(SystemTime(2_000_000_000, 12_345_678)),
    "Once, passed": Once(SystemTime(1_000_000_000, 0)),
}
_FIRE_TIMES: Mapping[str, SystemTime | None] = {
    "none": None,
    "to come": SystemTime(2_000_000_000, 98_765_430),
    "passed": SystemTime(1_000_000_000, 0),
}
_OPERATIONS: Mapping[str, Callable[[Schedule], Operation]] = {
    "start": lambda _: RecordStarted(JOB, _AN_INSTANT),
    "succeed": lambda _: RecordFinished(JOB, _AN_INSTANT, True),
    "fail": lambda _: RecordFinished(JOB, _AN_INSTANT, False),
    "schedule again": lambda schedule: RecordScheduled(JOB, schedule),
    "schedule otherwise": lambda _: RecordScheduled(JOB, _OTHERWISE),
    "cancel": lambda _: Cancel(JOB),
    "start another": lambda _: RecordStarted(QName.parse(BYSTANDER.qname), _AN_INSTANT),
    "cancel one that is not there": lambda _: Cancel(_NOT_THERE),
    "flush": lambda _: FlushCheckpoint(),
}
FACTORS: Factors = {
    "schedule": (*_SCHEDULES, LEFT_OUT),
    "fires": (*_FIRE_TIMES, LEFT_OUT),
    "status": (*KNOWN_STATUSES, STRANGE),
    "failures": (0, 3),
    "operation": tuple(_OPERATIONS),
    "times": (1, 2, 3),
    "reopened": (False, True),
    "unloadable": (False, True),
}
"""The plainest value of each comes first. `reopened` tells whether the backend is opened anew in between,
`unloadable` whether there is also a row that names no job and is not loaded.
"""


@lru_cache
def situations(strength: int) -> tuple[dict[str, Any], ...]:
    """A covering array of FACTORS."""
    return covering_array(FACTORS, strength)


def situation_cases(dose: Dose) -> Iterable[dict[str, Any]]:
    """Under the profile quick any two factors meet, under the others any three."""
    return ({"situation": situation} for situation in situations(2 if dose.profile == "quick" else 3))


def rows_of(situation: Mapping[str, Any]) -> list[StoredRow]:
    """All rows as they are to be read, that of the job first."""
    return [row_of(situation), BYSTANDER, *([UNLOADABLE] if situation["unloadable"] else [])]


def row_of(situation: Mapping[str, Any]) -> StoredRow:
    """The row as it is to be read."""
    return StoredRow(
        str(JOB),
        situation["status"],
        situation["failures"],
        _SCHEDULES.get(situation["schedule"], Manual()),
        _FIRE_TIMES.get(situation["fires"]),
    )


def raw_row_of(situation: Mapping[str, Any]) -> dict[str, Any]:
    """The row as its version wrote it."""
    members = {"schedule": situation["schedule"], "next_fire_at": situation["fires"]}
    missing = [name for name, value in members.items() if value == LEFT_OUT]
    return {name: value for name, value in raw_row(row_of(situation)).items() if name not in missing}


def program_of(situation: Mapping[str, Any]) -> list[Operation]:
    """What is done, so many times; the backend is opened anew at the end, if not each time."""
    operation = _OPERATIONS[situation["operation"]](row_of(situation).schedule)
    once: list[Operation] = [operation, Reopen()] if situation["reopened"] else [operation]
    program = once * int(situation["times"])
    return program if situation["reopened"] else [*program, Reopen()]
