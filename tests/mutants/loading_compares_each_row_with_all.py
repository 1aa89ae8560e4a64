"""load_all looks for each row among all rows before it."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"SE-03"}
MESSAGE = "takes a time that grows in step with the size"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        names: list[str] = []
        for row in self.sidecar.read():
            if row.qname not in names:
                names.append(row.qname)
        return super().load_all()


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
