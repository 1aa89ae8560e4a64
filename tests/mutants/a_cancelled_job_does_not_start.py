"""record_started leaves a job alone that was stored as Cancelled."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, SystemTime
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"ST-02"}
MESSAGE = "stores the status Running"


class Broken(SystemLabelSchedulerPersistence):
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        if not any(row.qname == str(id) and row.status == "Cancelled" for row in self.sidecar.read()):
            super().record_started(id, started_at)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
