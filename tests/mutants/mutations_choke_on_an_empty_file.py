"""A mutation refuses a zero-byte document, which load_all reads."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.persistence import Change

BREAKS = {"LD-05"}
MESSAGE = "record_started succeeds"


class Broken(SystemLabelSchedulerPersistence):
    def change(self, change: Change) -> None:
        with suppress(OSError):
            if not self.sidecar.path.stat().st_size:
                raise SchedulerPersistenceError(f"{self.sidecar.path} is empty")
        super().change(change)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
