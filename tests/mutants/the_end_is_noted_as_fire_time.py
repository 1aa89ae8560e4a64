"""record_finished stores finished_at as the next fire time of a job that has none."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import QName, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import StoredInstant

BREAKS = {"ST-05"}
MESSAGE = "are not stored"


class Broken(SystemLabelSchedulerPersistence):
    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        super().record_finished(id, finished_at, success)
        if finished_at.secs_since_epoch > 2**61:
            at = StoredInstant(finished_at.secs_since_epoch, finished_at.nanos_since_epoch)
            self.change(lambda rows: [replace(row, next_fire_at=at) for row in rows])


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
