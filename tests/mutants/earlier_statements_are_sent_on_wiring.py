"""Statements from before the wiring are kept, and sent when the executor comes."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from conformance.contract.backend import CypherExecutor
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-05"}
MESSAGE = "operations from before the wiring are not sent later"


class BrokenSink(LazyCypherSink):
    def __init__(self) -> None:
        super().__init__()
        self.kept: list[MirrorStatement] = []

    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        super().log_skipped(statement, error)
        if isinstance(error, LookupError):
            self.kept.append(statement)

    def set_host_executor(self, executor: CypherExecutor) -> bool:
        is_the_one = super().set_host_executor(executor)
        while self.kept:
            self.send(self.kept.pop(0))
        return is_the_one


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
