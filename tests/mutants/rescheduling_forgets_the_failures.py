"""record_scheduled sets a known job's consecutive_failures to nought."""

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

BREAKS = {"UP-03"}
MESSAGE = "status and consecutive_failures alone"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:

        changed = changes.upsert_schedule(rows, qname, schedule, next_fire_at)
        place = [row.qname for row in changed].index(qname)
        changed[place] = with_members(changed[place], consecutive_failures=0)
        return changed


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
