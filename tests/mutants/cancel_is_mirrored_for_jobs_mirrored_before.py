"""cancel is mirrored only where the same opening mirrored a status: nodes outlive a restart."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-02"}
MESSAGE = "cancel sends exactly one MATCH"


class BrokenSink(LazyCypherSink):
    def __init__(self) -> None:
        super().__init__()
        self.mirrored: set[str] = set()

    def send(self, statement: MirrorStatement) -> None:
        if "status" in statement.parameters:
            self.mirrored.add(statement.parameters["qname"])
        if statement.parameters["qname"] in self.mirrored:
            super().send(statement)


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
