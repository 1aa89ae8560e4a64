"""record_scheduled tells the graph that the job is Pending."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from _mirrored import with_mirror

from conformance.contract.records import QName, Schedule, SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.mirror import status_statement

BREAKS = {"CM-03"}
MESSAGE = "record_scheduled sends nothing"


class Broken(SystemLabelSchedulerPersistence):
    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        super().record_scheduled(id, schedule)
        self.cypher_sink.send(status_statement(id, SchedulerJobStatus.PENDING))


@with_mirror
def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
