"""The last statement from before the wiring goes out with the first one after it."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-05"}
MESSAGE = "a sink that is wired late sends what comes after the wiring"


class BrokenSink(LazyCypherSink):
    kept: MirrorStatement | None = None

    def execute(self, statement: MirrorStatement) -> None:
        if self._executor is not None and self.kept is not None:
            kept, self.kept = self.kept, None
            self.send(kept)
        super().execute(statement)

    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        super().log_skipped(statement, error)
        if isinstance(error, LookupError):
            self.kept = statement


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
