"""An executor that was sent nothing yet gives way to the next one that is wired."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from conformance.contract.backend import CypherExecutor
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-05"}
MESSAGE = "the first executor wins"


class BrokenSink(LazyCypherSink):
    used = False

    def execute(self, statement: MirrorStatement) -> None:
        self.used = self._executor is not None
        super().execute(statement)

    def set_host_executor(self, executor: CypherExecutor) -> bool:
        if not self.used:
            self._executor = None
        return super().set_host_executor(executor)


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
