"""The null backend queues what it will never store, and its queue is of 500 places."""

from __future__ import annotations

from pathlib import Path

from conformance import target
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName, SystemTime
from reference_impl import MemoryPersistence

BREAKS = {"FS-01"}
MESSAGE = "the null backend accepts every operation"


class Broken(MemoryPersistence):
    def __init__(self) -> None:
        self.queued = 0

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        if self.queued == 500:
            raise SchedulerPersistenceError("the queue is full")
        self.queued += 1


@target(conformance_class="memory")
def open_backend(data_path: Path) -> Broken:
    return Broken()
