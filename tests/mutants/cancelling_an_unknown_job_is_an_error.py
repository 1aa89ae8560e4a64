"""cancel of an unknown job raises."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CX-02"}
MESSAGE = "cancel succeeds"


class Broken(SystemLabelSchedulerPersistence):
    def cancel(self, id: QName) -> None:
        if not any(row.qname == str(id) for row in self.sidecar.read()):
            raise SchedulerPersistenceError(f"there is no job {id}")
        super().cancel(id)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
