"""An executor that has failed gives way to the next one that is wired."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from conformance.contract.backend import CypherExecutor
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-05"}
MESSAGE = "the first executor wins"


class BrokenSink(LazyCypherSink):
    failed = False

    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        super().log_skipped(statement, error)
        self.failed = not isinstance(error, LookupError)

    def set_host_executor(self, executor: CypherExecutor) -> bool:
        if self.failed:
            self._executor = None
        return super().set_host_executor(executor)


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
