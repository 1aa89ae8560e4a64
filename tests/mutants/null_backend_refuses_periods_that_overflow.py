"""The null backend works out the next instant of a period and refuses one that cannot be represented."""

from __future__ import annotations

from pathlib import Path

from conformance import target
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import MAX_INSTANT_SECS, Periodic, QName, Schedule
from reference_impl import MemoryPersistence

BREAKS = {"FS-01"}
MESSAGE = "record_scheduled succeeds"


class Broken(MemoryPersistence):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        if isinstance(schedule, Periodic) and schedule.every.secs > MAX_INSTANT_SECS:
            raise SchedulerPersistenceError("the next instant cannot be represented")


@target(conformance_class="memory")
def open_backend(data_path: Path) -> Broken:
    return Broken()
