"""The schedule that a failed job has already, recorded once more, makes it forget its failures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row, store_schedule

BREAKS = {"UP-03"}
MESSAGE = "leaves its stored status and consecutive_failures alone"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:
        settled = ("FailedRetrying", store_schedule(schedule))
        forgotten = [
            replace(row, consecutive_failures=0)
            if row.qname == qname and row.next_fire_at is None and (row.status, row.schedule) == settled
            else row
            for row in rows
        ]
        return changes.upsert_schedule(forgotten, qname, schedule, next_fire_at)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
