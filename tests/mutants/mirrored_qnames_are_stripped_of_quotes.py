"""Quotes and backslashes are left out of a mirrored qname."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-06"}
MESSAGE = "means what it means for a plain one"


class BrokenSink(LazyCypherSink):
    def execute(self, statement: MirrorStatement) -> None:
        harmless = statement.parameters["qname"].translate({ord(character): None for character in "'\\"})
        super().execute(replace(statement, parameters={**statement.parameters, "qname": harmless}))


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
