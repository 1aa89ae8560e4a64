"""A period is stored in milliseconds; its first fire time is right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import Duration, Periodic, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"RT-03"}
MESSAGE = "same seconds and nanoseconds"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:
        if isinstance(schedule, Periodic):
            every = schedule.every
            schedule = Periodic(Duration(every.secs, every.nanos // 1_000_000 * 1_000_000))
        return changes.upsert_schedule(rows, qname, schedule, next_fire_at)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
