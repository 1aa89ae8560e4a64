"""Statements from before the wiring go out with the next flush_checkpoint."""

from __future__ import annotations

from pathlib import Path

from _mirrored import with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.mirror import MirrorStatement
from reference_impl.persistence import document_path

BREAKS = {"CM-05"}
MESSAGE = "operations from before the wiring are not sent later"


class BrokenSink(LazyCypherSink):
    def __init__(self) -> None:
        super().__init__()
        self.kept: list[MirrorStatement] = []

    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        super().log_skipped(statement, error)
        if self._executor is None:
            self.kept.append(statement)

    def is_wired(self) -> bool:
        return self._executor is not None

    def send_again(self) -> None:
        kept, self.kept = self.kept, []
        for statement in kept:
            self.send(statement)


class Broken(SystemLabelSchedulerPersistence):
    cypher_sink: BrokenSink

    def flush_checkpoint(self) -> None:
        if self.cypher_sink.is_wired():
            self.cypher_sink.send_again()


@with_mirror
def open_backend(data_path: Path) -> Broken:
    return Broken(VecSidecar(document_path(data_path)), BrokenSink())
