"""Every load of the null backend returns the same list."""

from __future__ import annotations

from pathlib import Path

from conformance import target
from conformance.contract.records import SchedulerJobRecord
from reference_impl import MemoryPersistence

BREAKS = {"FS-01"}
MESSAGE = "load_all of the null backend returns no records"
NO_RECORDS: list[SchedulerJobRecord] = []


class Broken(MemoryPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        return NO_RECORDS


@target(conformance_class="memory")
def open_backend(data_path: Path) -> Broken:
    return Broken()
