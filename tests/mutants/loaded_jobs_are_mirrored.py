"""load_all tells the graph of every job that it restores."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from _mirrored import with_mirror

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.mirror import status_statement

BREAKS = {"CM-03"}
MESSAGE = "load_all sends nothing"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        restored = super().load_all()
        for record in restored:
            self.cypher_sink.send(status_statement(record.id, record.status))
        return restored


@with_mirror
def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
