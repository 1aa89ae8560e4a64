"""Loading is refused where nothing was ever written; mutations begin a document there."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"RT-10"}
MESSAGE = "load_all succeeds"


class BrokenPersistence(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        found = super().load_all()
        if not found and not self.sidecar.path.exists():
            raise SchedulerPersistenceError(f"there is no {self.sidecar.path}")
        return found


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, BrokenPersistence, VecSidecar)
