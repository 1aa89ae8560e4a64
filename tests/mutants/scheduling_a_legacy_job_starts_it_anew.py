"""record_scheduled takes a row without schedule for a job that was never scheduled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble, spelled_rows
from msgspec.structs import replace

from conformance.contract.records import Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"LD-06"}
MESSAGE = "a completed row keeps its old values"


class Broken(SystemLabelSchedulerPersistence):
    def upsert_schedule(
        self, rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:
        rows = [
            replace(row, status="Pending", consecutive_failures=0)
            if row.qname == qname and isinstance(given, dict) and "schedule" not in given
            else row
            for row, given in spelled_rows(self.sidecar)
        ]
        return changes.upsert_schedule(rows, qname, schedule, next_fire_at)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
