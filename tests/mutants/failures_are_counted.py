"""A failed run raises consecutive_failures, a successful one resets it."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import QName, SystemTime
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"ST-04", "UP-02", "UP-04", "CX-05"}
MESSAGE = "consecutive_failures"


class Broken(SystemLabelSchedulerPersistence):
    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        super().record_finished(id, finished_at, success)
        self.change(
            lambda rows: [
                replace(row, consecutive_failures=0 if success else 1) if row.qname == str(id) else row
                for row in rows
            ]
        )


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
