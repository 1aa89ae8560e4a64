"""Every executor that is wired gets every statement."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from conformance.contract.backend import CypherExecutor
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-05"}
MESSAGE = "the first executor wins"


class BrokenSink(LazyCypherSink):
    def __init__(self) -> None:
        super().__init__()
        self.others: list[LazyCypherSink] = []

    def set_host_executor(self, executor: CypherExecutor) -> bool:
        if super().set_host_executor(executor):
            return True
        other = LazyCypherSink()
        self.others.append(other)
        return other.set_host_executor(executor)

    def send(self, statement: MirrorStatement) -> None:
        super().send(statement)
        for other in self.others:
            other.send(statement)


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
