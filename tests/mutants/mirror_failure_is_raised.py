"""An executor that fails makes the operation fail."""

from __future__ import annotations

from pathlib import Path

from _mirrored import assemble_with_sink, with_mirror

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence
from reference_impl.mirror import MirrorStatement

BREAKS = {"CM-04"}
MESSAGE = "succeeds, whatever becomes of the mirror"


class BrokenSink(LazyCypherSink):
    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        super().log_skipped(statement, error)
        if not isinstance(error, LookupError):
            raise SchedulerPersistenceError(f"the mirror failed: {error}")


@with_mirror
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble_with_sink(data_path, BrokenSink())
