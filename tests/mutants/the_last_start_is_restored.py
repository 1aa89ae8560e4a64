"""load_all tells when this session last started a job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    QName,
    SchedulerJobRecord,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"RT-12"}
MESSAGE = "knows of no run"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.started: dict[str, SystemTime] = {}

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        super().record_started(id, started_at)
        self.started[str(id)] = started_at

    def load_all(self) -> list[SchedulerJobRecord]:
        return [
            replace(record, last_started_at=self.started.get(str(record.id))) for record in super().load_all()
        ]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
