"""Wiring again replaces the executor."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from conformance.contract.backend import CypherExecutor
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence

BREAKS = {"CM-05"}
MESSAGE = "the first executor wins"


class BrokenSink(LazyCypherSink):
    def set_host_executor(self, executor: CypherExecutor) -> bool:
        self._executor = None
        return super().set_host_executor(executor)


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
