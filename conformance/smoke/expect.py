"""What the steps of a smoke look at, and the two ways in which they fail."""

from __future__ import annotations

import time
from pathlib import Path

from conformance.contract.connection import Driver, Handle
from conformance.contract.records import (
    Manual,
    Once,
    Periodic,
    QName,
    Schedule,
    SchedulerJobRecord,
    SystemTime,
)
from conformance.results.wording import plural


class AdapterMistakeError(Exception):
    """The adapter says something else than its backend did, or than it was told. (finding, advice)"""


class NonconformanceError(Exception):
    """The backend did what a right one does not. (finding, advice)"""


def expect_ids(records: list[SchedulerJobRecord], sent: list[QName]) -> None:
    """Raises AdapterMistakeError unless load_all holds exactly the ids that were sent."""
    got = [str(record.id) for record in records]
    missing = [str(id) for id in sent if str(id) not in got]
    if missing:
        raise AdapterMistakeError(
            f"{', '.join(map(repr, missing))} did not come back; load_all holds {got}",
            "join an id's namespace and local with a dot, and split it at the last one, nothing else",
        )
    if len(got) != len(sent):
        raise NonconformanceError(
            f"{plural(len(sent), 'job')} recorded, and load_all holds {got}", "see RT-01"
        )


def sent_back(
    driver: Driver, data_path: Path, schedules: tuple[Schedule, ...]
) -> list[tuple[Schedule, Schedule]]:
    """Each schedule, with what came back for it."""
    handle = driver.open(data_path)
    ids = [QName("smoke", f"schedule{number}") for number in range(len(schedules))]
    for id, schedule in zip(ids, schedules, strict=True):
        handle.record_scheduled(id, schedule)
    records = handle.load_all()
    handle.close()
    expect_ids(records, ids)
    by_id = {str(record.id): record.schedule for record in records}
    return [(schedule, by_id[str(id)]) for id, schedule in zip(ids, schedules, strict=True)]


def rounded(schedule: Schedule) -> object:
    """A schedule as it looks to one who reads its seconds as a double."""
    match schedule:
        case Periodic(every):
            return float(every.secs), every.nanos
        case Once(at):
            return float(at.secs_since_epoch), at.nanos_since_epoch
        case _:
            return schedule


def fires_at(handle: Handle, id: QName) -> SystemTime | None:
    """When a job scheduled by hand fires."""
    handle.record_scheduled(id, Manual())
    return next((record.next_fire_at for record in handle.load_all() if str(record.id) == str(id)), None)


def nanos_apart(one: SystemTime, other: SystemTime) -> int:
    """How far two instants lie from each other."""
    return abs(one.to_nanos() - other.to_nanos())


def system_now() -> SystemTime:
    """The system's clock, also while a backend's is held."""
    return SystemTime.from_nanos(time.clock_gettime_ns(time.CLOCK_REALTIME))
