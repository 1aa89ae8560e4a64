"""A status that was sent last is not sent again, though cancel removed the node since."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-01"}
MESSAGE = "sends exactly one MERGE"


class BrokenSink(LazyCypherSink):
    def __init__(self) -> None:
        super().__init__()
        self.statuses: dict[str, str] = {}

    def send(self, statement: MirrorStatement) -> None:
        qname, status = statement.parameters["qname"], statement.parameters.get("status")
        if status is not None and self._executor is not None:
            if self.statuses.get(qname) == status:
                return
            self.statuses[qname] = status
        super().send(statement)


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
