"""An executor that fails makes the backend put the old document back."""

from __future__ import annotations

from pathlib import Path

from _mirrored import with_mirror

from conformance.contract.records import QName, SchedulerJobStatus
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.mirror import MirrorStatement
from reference_impl.persistence import document_path

BREAKS = {"CM-04"}
MESSAGE = "whose mirror fails or is not wired is stored"


class RememberingSink(LazyCypherSink):
    failed = False

    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        super().log_skipped(statement, error)
        self.failed = not isinstance(error, LookupError)


class Broken(SystemLabelSchedulerPersistence):
    def change_status(self, id: QName, status: SchedulerJobStatus) -> None:
        before = self.sidecar.read()
        super().change_status(id, status)
        if isinstance(self.cypher_sink, RememberingSink) and self.cypher_sink.failed:
            self.sidecar.write(before)


@with_mirror
def open_backend(data_path: Path) -> Broken:
    return Broken(VecSidecar(document_path(data_path)), RememberingSink())
