"""A sink that was used before it was wired takes no executor any more."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from conformance.contract.backend import CypherExecutor
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-05"}
MESSAGE = "a sink that is wired late sends what comes after the wiring"


class BrokenSink(LazyCypherSink):
    uses = 0

    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        super().log_skipped(statement, error)
        self.uses += isinstance(error, LookupError)

    def set_host_executor(self, executor: CypherExecutor) -> bool:
        return self.uses < 2 and super().set_host_executor(executor)


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
