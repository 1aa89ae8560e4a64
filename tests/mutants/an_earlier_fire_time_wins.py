"""record_scheduled keeps the fire time that comes first, the old one or the new one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    Schedule,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-01"}
MESSAGE = "replaces its next_fire_at"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:

        old = next((row.next_fire_at for row in rows if row.qname == qname), None)
        if old is not None and next_fire_at is not None:
            next_fire_at = min(next_fire_at, changes.restore_instant(old))
        return changes.upsert_schedule(rows, qname, schedule, next_fire_at)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
