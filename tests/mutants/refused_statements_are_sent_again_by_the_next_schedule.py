"""What the executor refused is sent again by record_scheduled."""

from __future__ import annotations

from pathlib import Path

from _mirrored import with_mirror

from conformance.contract.records import QName, Schedule
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.mirror import MirrorStatement
from reference_impl.persistence import document_path

BREAKS = {"CM-03"}
MESSAGE = "record_scheduled sends nothing"


class BrokenSink(LazyCypherSink):
    def __init__(self) -> None:
        super().__init__()
        self.refused: list[MirrorStatement] = []

    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        super().log_skipped(statement, error)
        if self._executor is not None:
            self.refused.append(statement)

    def send_again(self) -> None:
        refused, self.refused = self.refused, []
        for statement in refused:
            self.send(statement)


class Broken(SystemLabelSchedulerPersistence):
    cypher_sink: BrokenSink

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        super().record_scheduled(id, schedule)
        self.cypher_sink.send_again()


@with_mirror
def open_backend(data_path: Path) -> Broken:
    return Broken(VecSidecar(document_path(data_path)), BrokenSink())
