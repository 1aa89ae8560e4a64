"""A job that this session starts again before it has finished gets a second row."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    QName,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"UP-06"}
MESSAGE = "at most one row"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.running: set[str] = set()

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        if str(id) in self.running:
            self.change(lambda rows: [*rows, Row(str(id), "Running", 0)])
        else:
            super().record_started(id, started_at)
        self.running.add(str(id))

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        super().record_finished(id, finished_at, success)
        self.running.discard(str(id))

    def cancel(self, id: QName) -> None:
        super().cancel(id)
        self.running.discard(str(id))


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
