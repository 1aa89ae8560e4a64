"""record_started on an unknown job creates it with a next_fire_at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.records import QName, SchedulerJobStatus, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row, store_instant

BREAKS = {"UP-04"}
MESSAGE = "creates it: Manual, no next_fire_at, no failures"


class Broken(SystemLabelSchedulerPersistence):
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        def started(rows: Sequence[Row]) -> list[Row]:
            known = {row.qname for row in rows}
            return [
                row if row.qname in known else with_members(row, next_fire_at=store_instant(started_at))
                for row in self.upsert_status(rows, str(id), SchedulerJobStatus.RUNNING)
            ]

        self.change(started)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
