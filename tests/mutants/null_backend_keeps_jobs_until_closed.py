"""The null backend keeps what was scheduled, in memory."""

from __future__ import annotations

from pathlib import Path

from conformance import target
from conformance.contract.records import QName, Schedule, SchedulerJobRecord
from reference_impl import MemoryPersistence

BREAKS = {"FS-01"}
MESSAGE = "load_all of the null backend returns no records"


class Broken(MemoryPersistence):
    def __init__(self) -> None:
        self.kept: dict[str, SchedulerJobRecord] = {}

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        self.kept[str(id)] = SchedulerJobRecord(id, schedule=schedule)

    def cancel(self, id: QName) -> None:
        self.kept.pop(str(id), None)

    def load_all(self) -> list[SchedulerJobRecord]:
        return list(self.kept.values())


@target(conformance_class="memory")
def open_backend(data_path: Path) -> Broken:
    return Broken()
