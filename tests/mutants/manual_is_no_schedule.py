"""A new job with a Manual schedule is stored with an empty cron expression."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.records import (
    Manual,
    Schedule,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row, StoredVariant

BREAKS = {"RT-06"}
MESSAGE = "a Manual schedule comes back"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:

        changed = changes.upsert_schedule(rows, qname, schedule, next_fire_at)
        if len(changed) > len(rows) and isinstance(schedule, Manual):
            changed[-1] = with_members(changed[-1], schedule=StoredVariant(cron=""))
        return changed


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
