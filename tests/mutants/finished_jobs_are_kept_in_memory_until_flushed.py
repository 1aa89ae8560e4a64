"""A job that is first seen by record_finished stays in memory until something else is written."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, SchedulerJobRecord, SystemTime
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-02"}
MESSAGE = "after closing and reopening"


class Broken(SystemLabelSchedulerPersistence):
    pending: QName | None = None

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        super().record_finished(id, finished_at, success)
        last = self.sidecar.read()[-1]
        if len(self.sidecar.read()) > 2 and last.qname == str(id):
            self.sidecar.write(self.sidecar.read()[:-1])
            self.pending = id

    def load_all(self) -> list[SchedulerJobRecord]:
        extra = [] if self.pending is None else [SchedulerJobRecord(self.pending)]
        return [*super().load_all(), *extra]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
