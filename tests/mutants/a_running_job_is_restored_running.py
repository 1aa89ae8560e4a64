"""The stored status comes back instead of Pending."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobRecord, SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-12"}
MESSAGE = "a restored record is Pending"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        stored = {row.qname: row.status for row in self.sidecar.read()}
        running = SchedulerJobStatus.RUNNING
        return [
            replace(record, status=running) if stored.get(str(record.id)) == running.value else record
            for record in super().load_all()
        ]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
