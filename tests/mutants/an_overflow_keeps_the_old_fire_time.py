"""A period that overflows leaves the job the fire time that it had."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import Periodic, Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"NF-07"}
MESSAGE = "is stored without next_fire_at"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:
        changed = changes.upsert_schedule(rows, qname, schedule, next_fire_at)
        if not isinstance(schedule, Periodic) or next_fire_at is not None:
            return changed
        fires = {row.qname: row.next_fire_at for row in rows}
        return [replace(row, next_fire_at=fires.get(row.qname)) for row in changed]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
