"""Once an executor has failed nothing is sent to it any more."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-01", "CM-02"}
MESSAGE = "sends exactly one MERGE"


class BrokenSink(LazyCypherSink):
    has_failed = False

    def execute(self, statement: MirrorStatement) -> None:
        if self.has_failed:
            raise LookupError("the executor has failed before")
        self.has_failed = self._executor is not None
        super().execute(statement)
        self.has_failed = False


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
