"""A qname is written into a statement as it is."""

from __future__ import annotations

from pathlib import Path
from string import Template

from _mirrored import LiteralSink, assemble_with_sink, with_mirror

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-06"}
MESSAGE = "means what it means for a plain one"


class BrokenSink(LiteralSink):
    def spell(self, statement: MirrorStatement) -> str:
        literals = {name: f"'{value}'" for name, value in statement.parameters.items()}
        return Template(statement.template).substitute(literals)


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
