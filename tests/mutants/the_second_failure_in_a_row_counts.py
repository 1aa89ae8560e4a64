"""A second failed run in a row raises consecutive_failures."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import QName, SystemTime
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"ST-04"}
MESSAGE = "neither a failed nor a successful run"


class Broken(SystemLabelSchedulerPersistence):
    failed: str | None = None

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        super().record_finished(id, finished_at, success)
        again, self.failed = self.failed == str(id) and not success, None if success else str(id)
        if again:
            self.change(lambda rows: [replace(row, consecutive_failures=9) for row in rows])


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
