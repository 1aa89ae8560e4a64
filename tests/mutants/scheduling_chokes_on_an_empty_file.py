"""record_scheduled takes an empty file for damage."""

from __future__ import annotations

import stat
from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName, Schedule
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"LD-05"}
MESSAGE = "record_scheduled succeeds"


class Broken(SystemLabelSchedulerPersistence):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        if self._is_empty():
            raise SchedulerPersistenceError(f"{self.sidecar.path}: unexpected end of input")
        super().record_scheduled(id, schedule)

    def _is_empty(self) -> bool:
        try:
            found = self.sidecar.path.stat()
        except OSError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == 0


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
