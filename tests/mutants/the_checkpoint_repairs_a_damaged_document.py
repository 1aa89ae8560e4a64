"""flush_checkpoint begins a document anew that cannot be read."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"ER-03"}
MESSAGE = "flush_checkpoint leaves an unreadable document"


class Broken(SystemLabelSchedulerPersistence):
    def flush_checkpoint(self) -> None:
        try:
            self.sidecar.read()
        except SchedulerPersistenceError:
            with self.sidecar.exclusive():
                self.sidecar.write([])


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
