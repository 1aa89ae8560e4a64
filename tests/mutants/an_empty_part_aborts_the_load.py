"""A row whose local name is empty makes load_all fail, as the product panics."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"QN-04"}
MESSAGE = "load_all succeeds"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        if any(row.qname.endswith(".") for row in self.sidecar.read()):
            raise SchedulerPersistenceError("QName local must not be empty")
        return super().load_all()


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
