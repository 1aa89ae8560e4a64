"""record_scheduled takes an empty file for damage."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName, Schedule
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"LD-05"}
MESSAGE = "record_scheduled succeeds"


class Broken(SystemLabelSchedulerPersistence):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        path = self.sidecar.path
        if path.is_file() and path.stat().st_size == 0:
            raise SchedulerPersistenceError(f"{path}: unexpected end of input")
        super().record_scheduled(id, schedule)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
