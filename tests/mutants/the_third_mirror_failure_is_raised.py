"""The third failure of the mirror in a row is raised."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-04"}
MESSAGE = "an operation whose durable write succeeded succeeds, whatever becomes of the mirror"


class Broken(LazyCypherSink):
    in_a_row = 0

    def send(self, statement: MirrorStatement) -> None:
        self.in_a_row += self._executor is not None
        super().send(statement)
        if self.in_a_row == 3:
            raise SchedulerPersistenceError("the mirror has failed three times in a row")

    def execute(self, statement: MirrorStatement) -> None:
        super().execute(statement)
        self.in_a_row = 0


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, Broken())
