"""The null backend refuses to cancel what was never scheduled."""

from __future__ import annotations

from pathlib import Path

from conformance import target
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName, Schedule
from reference_impl import MemoryPersistence

BREAKS = {"FS-01"}
MESSAGE = "cancel succeeds"


class Broken(MemoryPersistence):
    def __init__(self) -> None:
        self.known: set[str] = set()

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        self.known.add(str(id))

    def cancel(self, id: QName) -> None:
        if str(id) not in self.known:
            raise SchedulerPersistenceError(f"there is no job {id}")


@target(conformance_class="memory")
def open_backend(data_path: Path) -> Broken:
    return Broken()
