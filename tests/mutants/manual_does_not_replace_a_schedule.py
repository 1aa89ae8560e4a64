"""record_scheduled with Manual leaves a known job's schedule as it was."""

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
from reference_impl.rows import Row

BREAKS = {"UP-01"}
MESSAGE = "replaces its schedule"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:

        known = next((row for row in rows if row.qname == qname), None)
        changed = changes.upsert_schedule(rows, qname, schedule, next_fire_at)
        if known is not None and isinstance(schedule, Manual):
            place = list(rows).index(known)
            changed[place] = with_members(changed[place], schedule=known.schedule)
        return changed


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
