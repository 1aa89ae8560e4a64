"""A start or an end before the job's last one changes nothing."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"ST-02", "ST-03"}
MESSAGE = "stores the status Running"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.last: dict[str, SystemTime] = {}

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        if self.is_late(id, started_at):
            self.change(list)
        else:
            super().record_started(id, started_at)

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        if self.is_late(id, finished_at):
            self.change(list)
        else:
            super().record_finished(id, finished_at, success)

    def cancel(self, id: QName) -> None:
        self.last.pop(str(id), None)
        super().cancel(id)

    def is_late(self, id: QName, at: SystemTime) -> bool:
        self.last[str(id)] = max(at, self.last.get(str(id), at))
        return at < self.last[str(id)]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
