"""load_all on a data path without _system is an error."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-10", "LD-05"}
MESSAGE = "load_all succeeds"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        if not self.sidecar.path.exists() and not self.sidecar.path.parent.exists():
            raise SchedulerPersistenceError(f"{self.sidecar.path} does not exist")
        return super().load_all()


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
