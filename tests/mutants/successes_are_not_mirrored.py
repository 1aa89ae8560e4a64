"""The graph is not told that a job has become Idle."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-01"}
MESSAGE = "sends exactly one MERGE"


class BrokenSink(LazyCypherSink):
    def execute(self, statement: MirrorStatement) -> None:
        if statement.parameters.get("status") != "Idle":
            super().execute(statement)


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
