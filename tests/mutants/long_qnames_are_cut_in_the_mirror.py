"""A statement carries the first 255 characters of a qname."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-06"}
MESSAGE = "a statement for any qname means what it means for a plain one"


class BrokenSink(LazyCypherSink):
    def execute(self, statement: MirrorStatement) -> None:
        parameters = {name: value[:255] for name, value in statement.parameters.items()}
        super().execute(MirrorStatement(statement.template, parameters))


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
