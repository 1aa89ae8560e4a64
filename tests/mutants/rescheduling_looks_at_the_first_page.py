"""record_scheduled looks for its job among the first 500 rows, and else appends one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-06"}
MESSAGE = "no operation makes a second row for a job"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:
        page = changes.upsert_schedule(rows[:500], qname, schedule, next_fire_at)
        return [*page[:500], *rows[500:], *page[500:]]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
