"""What mutants share that concern the mirror: its capability, and a backend with a sink that is broken."""

from __future__ import annotations

from pathlib import Path

from conformance import target
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.mirror import MirrorStatement
from reference_impl.persistence import document_path

with_mirror = target(capabilities=("document", "clock", "threads", "traceable", "mirror"))


def assemble_with_sink(data_path: Path, sink: LazyCypherSink) -> SystemLabelSchedulerPersistence:
    """The reference on the document of `data_path`, with its mirror behind `sink`."""
    return SystemLabelSchedulerPersistence(VecSidecar(document_path(data_path)), sink)


class LiteralSink(LazyCypherSink):
    """Binds no parameters, as an executor that knows none would have it."""

    def execute(self, statement: MirrorStatement) -> None:
        executor = self._executor
        if executor is None:
            raise LookupError("no executor is wired")
        executor.execute_write_cypher(self.spell(statement))

    def spell(self, statement: MirrorStatement) -> str:
        return statement.literal()
