"""record_started on an unknown job creates it with a next_fire_at."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import Manual, QName, SystemTime
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"UP-04"}
MESSAGE = "creates it: Manual, no next_fire_at, no failures"


class Broken(SystemLabelSchedulerPersistence):
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        known = any(row.qname == str(id) for row in self.sidecar.read())
        super().record_started(id, started_at)
        if not known:
            self.record_scheduled(id, Manual())


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
