"""load_all fails when a mutation is under way."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from _threads import Gated

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord

BREAKS = {"CC-03"}
MESSAGE = "the work of"


class Broken(Gated):
    def load_all(self) -> list[SchedulerJobRecord]:
        if self.gate.locked():
            raise SchedulerPersistenceError(f"{self.sidecar.path} is busy")
        return super().load_all()


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
