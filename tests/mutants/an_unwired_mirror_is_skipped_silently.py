"""A mirror is logged as skipped only when an executor fails, not when there is none."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-07"}
MESSAGE = "a skipped mirror is logged"


class BrokenSink(LazyCypherSink):
    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        if not isinstance(error, LookupError):
            super().log_skipped(statement, error)


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
