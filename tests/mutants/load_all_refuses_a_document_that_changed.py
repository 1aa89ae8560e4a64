"""load_all fails when the document was replaced while it was read."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CC-03"}
MESSAGE = "the work of"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        before = self.inode()
        records = super().load_all()
        if self.inode() != before:
            raise SchedulerPersistenceError(f"{self.sidecar.path} changed while it was read")
        return records

    def inode(self) -> int:
        try:
            return self.sidecar.path.stat().st_ino
        except OSError:
            return 0


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
