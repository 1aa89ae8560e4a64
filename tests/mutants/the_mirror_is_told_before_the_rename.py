"""A status is mirrored when the new document is written, and has yet to take the old one's place."""

from __future__ import annotations

from pathlib import Path

from _mirrored import with_mirror

from conformance.contract.records import QName, SchedulerJobStatus
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.mirror import MirrorStatement, status_statement
from reference_impl.persistence import document_path

BREAKS = {"CM-04"}
MESSAGE = "the document shows the change already"


class BrokenSidecar(VecSidecar):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.sink = LazyCypherSink()
        self.statement: MirrorStatement | None = None

    def publish(self, temporary: Path) -> None:
        if self.statement is not None:
            self.sink.send(self.statement)
        super().publish(temporary)


class Broken(SystemLabelSchedulerPersistence):
    sidecar: BrokenSidecar

    def change_status(self, id: QName, status: SchedulerJobStatus) -> None:
        self.sidecar.statement = status_statement(id, status)
        try:
            self.change(lambda rows: self.upsert_status(rows, str(id), status))
        finally:
            self.sidecar.statement = None


@with_mirror
def open_backend(data_path: Path) -> Broken:
    sidecar = BrokenSidecar(document_path(data_path))
    return Broken(sidecar, sidecar.sink)
