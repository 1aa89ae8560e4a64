"""The graph is told the status in capitals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-01"}
MESSAGE = "sends exactly one MERGE"


class BrokenSink(LazyCypherSink):
    def execute(self, statement: MirrorStatement) -> None:
        parameters = dict(statement.parameters)
        if "status" in parameters:
            parameters["status"] = parameters["status"].upper()
        super().execute(replace(statement, parameters=parameters))


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
