"""On a data path that was never written load_all shows an example job."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    QName,
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-10", "LD-05"}
MESSAGE = "never written"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        found = super().load_all()
        return found if self.sidecar.path.exists() else [SchedulerJobRecord(QName("example", "job"))]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
