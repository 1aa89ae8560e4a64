"""A row whose qname has no dot is loaded into a namespace of its own."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"QN-03"}
MESSAGE = "is dropped"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        dotless = [row for row in self.sidecar.read() if row.qname and "." not in row.qname]
        return [*super().load_all(), *(SchedulerJobRecord(QName("default", row.qname)) for row in dotless)]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
