"""cancel removes the node from the graph also when the document could not be written."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from _mirrored import with_mirror

from conformance.contract.records import QName
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.mirror import removal_statement

BREAKS = {"CM-04"}
MESSAGE = "an operation whose durable write failed sends nothing"


class Broken(SystemLabelSchedulerPersistence):
    def cancel(self, id: QName) -> None:
        try:
            self.change(lambda rows: self.remove(rows, str(id)))
        finally:
            self.cypher_sink.send(removal_statement(id))


@with_mirror
def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
