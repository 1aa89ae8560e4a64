"""A start at the epoch, a false value in some languages, is not recorded."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, SystemTime
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-01", "UP-04"}
MESSAGE = "exactly once"


class Broken(SystemLabelSchedulerPersistence):
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        if started_at.secs_since_epoch:
            super().record_started(id, started_at)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
