"""A job that is started at the epoch for the first time is not created: 0 counts as no time."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    QName,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-01", "UP-04"}
MESSAGE = "exactly once"


class Broken(SystemLabelSchedulerPersistence):
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        known = any(row.qname == str(id) for row in self.sidecar.read())
        if known or started_at.secs_since_epoch:
            super().record_started(id, started_at)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
