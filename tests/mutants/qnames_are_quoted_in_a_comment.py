"""A comment at the head of a statement names the job."""

from __future__ import annotations

from pathlib import Path

from _mirrored import LiteralSink, assemble_with_sink, with_mirror

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-06"}
MESSAGE = "means what it means for a plain one"


class BrokenSink(LiteralSink):
    def spell(self, statement: MirrorStatement) -> str:
        return f"/* {statement.parameters['qname']} */ {statement.literal()}"


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
