"""A status is mirrored before it is stored."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from _mirrored import with_mirror

from conformance.contract.records import QName, SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.mirror import status_statement

BREAKS = {"CM-04"}
MESSAGE = "the document shows the change already"


class Broken(SystemLabelSchedulerPersistence):
    def change_status(self, id: QName, status: SchedulerJobStatus) -> None:
        self.cypher_sink.send(status_statement(id, status))
        self.change(lambda rows: self.upsert_status(rows, str(id), status))


@with_mirror
def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
