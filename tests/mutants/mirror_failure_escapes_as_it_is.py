"""An executor that fails raises through the sink as it is."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-04"}
MESSAGE = "an operation whose durable write succeeded succeeds, whatever becomes of the mirror"


class BrokenSink(LazyCypherSink):
    def send(self, statement: MirrorStatement) -> None:
        try:
            self.execute(statement)
        except LookupError as error:
            self.log_skipped(statement, error)


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
