"""A mirror that fails again and again is logged once."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-07"}
MESSAGE = "a skipped mirror is logged"


class BrokenSink(LazyCypherSink):
    failed = False

    def execute(self, statement: MirrorStatement) -> None:
        super().execute(statement)
        self.failed = False

    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        if not self.failed:
            super().log_skipped(statement, error)
        self.failed = self._executor is not None


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
