"""record_finished stores Idle, whatever the outcome."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, SystemTime
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"ST-03"}
MESSAGE = "Idle after success and FailedRetrying after failure"


class Broken(SystemLabelSchedulerPersistence):
    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        super().record_finished(id, finished_at, True)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
