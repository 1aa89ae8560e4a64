"""Nanoseconds are kept as the digits after a point, without the noughts that they begin with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import Duration, Once, Periodic, Schedule, SchedulerJobRecord, SystemTime
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-03", "RT-05", "RT-07"}
MESSAGE = "to the nanosecond"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        return [
            replace(record, schedule=_schedule(record.schedule), next_fire_at=_instant(record.next_fire_at))
            for record in super().load_all()
        ]


def _schedule(schedule: Schedule) -> Schedule:
    match schedule:
        case Once(at):
            return Once(_instant(at) or at)
        case Periodic(every):
            return Periodic(Duration(every.secs, _nanos(every.nanos)))
    return schedule


def _instant(at: SystemTime | None) -> SystemTime | None:
    return at and SystemTime(at.secs_since_epoch, _nanos(at.nanos_since_epoch))


def _nanos(nanos: int) -> int:
    """Only those of eight digits; shorter ones are left alone."""
    return int(f"{nanos}0") if 10_000_000 <= nanos < 100_000_000 else nanos


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
