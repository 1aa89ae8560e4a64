"""record_finished stores finished_at as a known job's next_fire_at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.records import QName, SchedulerJobStatus, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row, store_instant

BREAKS = {"ST-05", "UP-02"}
MESSAGE = "are not stored"


class Broken(SystemLabelSchedulerPersistence):
    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        status = SchedulerJobStatus.IDLE if success else SchedulerJobStatus.FAILED_RETRYING

        def finished(rows: Sequence[Row]) -> list[Row]:
            after = self.upsert_status(rows, str(id), status)
            place = next((place for place, row in enumerate(rows) if row.qname == str(id)), None)
            if place is not None:
                after[place] = with_members(after[place], next_fire_at=store_instant(finished_at))
            return after

        self.change(finished)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
