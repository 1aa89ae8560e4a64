"""The null backend shows a job between its start and its end."""

from __future__ import annotations

from pathlib import Path

from conformance import target
from conformance.contract.records import QName, SchedulerJobRecord, SystemTime
from reference_impl import MemoryPersistence

BREAKS = {"FS-01"}
MESSAGE = "load_all of the null backend returns no records"


class Broken(MemoryPersistence):
    def __init__(self) -> None:
        self.running: dict[str, QName] = {}

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self.running[str(id)] = id

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        self.running.pop(str(id), None)

    def load_all(self) -> list[SchedulerJobRecord]:
        return [SchedulerJobRecord(id) for id in self.running.values()]


@target(conformance_class="memory")
def open_backend(data_path: Path) -> Broken:
    return Broken()
