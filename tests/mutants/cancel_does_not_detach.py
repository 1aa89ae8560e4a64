"""cancel deletes the job's node without DETACH."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-02"}
MESSAGE = "sends exactly one MATCH"


class BrokenSink(LazyCypherSink):
    def execute(self, statement: MirrorStatement) -> None:
        super().execute(replace(statement, template=statement.template.replace("DETACH DELETE", "DELETE")))


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
