"""A job first seen by record_scheduled is stored as Scheduled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.records import (
    Schedule,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"ST-01"}
MESSAGE = "is stored as Pending"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:

        changed = changes.upsert_schedule(rows, qname, schedule, next_fire_at)
        if len(changed) > len(rows):
            changed[-1] = with_members(changed[-1], status="Scheduled")
        return changed


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
