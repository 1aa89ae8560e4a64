"""A $status in a qname is replaced by the status."""

from __future__ import annotations

from pathlib import Path

from _mirrored import LiteralSink, assemble_with_sink, with_mirror

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement, quoted

BREAKS = {"CM-06"}
MESSAGE = "means what it means for a plain one"


class BrokenSink(LiteralSink):
    def spell(self, statement: MirrorStatement) -> str:
        cypher = statement.template
        for name, value in sorted(statement.parameters.items()):
            cypher = cypher.replace(f"${name}", quoted(value))
        return cypher


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
