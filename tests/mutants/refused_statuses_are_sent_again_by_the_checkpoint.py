"""A status that the executor refused is sent again by flush_checkpoint."""

from __future__ import annotations

from pathlib import Path

from _mirrored import with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.mirror import MirrorStatement
from reference_impl.persistence import document_path

BREAKS = {"CM-01"}
MESSAGE = "flush_checkpoint sends no status change again"


class BrokenSink(LazyCypherSink):
    def __init__(self) -> None:
        super().__init__()
        self.refused: list[MirrorStatement] = []

    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        super().log_skipped(statement, error)
        if self._executor is not None and "status" in statement.parameters:
            self.refused.append(statement)

    def send_again(self) -> None:
        refused, self.refused = self.refused, []
        for statement in refused:
            self.send(statement)


class Broken(SystemLabelSchedulerPersistence):
    cypher_sink: BrokenSink

    def flush_checkpoint(self) -> None:
        self.cypher_sink.send_again()


@with_mirror
def open_backend(data_path: Path) -> Broken:
    return Broken(VecSidecar(document_path(data_path)), BrokenSink())
