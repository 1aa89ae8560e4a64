"""A job that is started after a reopen, and finished before, gets a second row."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import QName, SystemTime
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"UP-06"}
MESSAGE = "at most one row"


class Broken(SystemLabelSchedulerPersistence):
    seen: frozenset[str] = frozenset()

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        rows = self.sidecar.read()
        super().record_finished(id, finished_at, success)
        twin = [row for row in rows if row.qname == str(id) and row.status == "FailedRetrying"]
        if twin and success:
            self.sidecar.write([*self.sidecar.read(), replace(twin[0], status="Idle")])


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
