"""An open backend takes a thousand changes, then it wants to be reopened."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.persistence import Change

BREAKS = {"UP-06"}
MESSAGE = "goes on as it began"


class Broken(SystemLabelSchedulerPersistence):
    changes = 0

    def change(self, change: Change) -> None:
        if self.changes == 1_000:
            raise SchedulerPersistenceError("the log is full")
        super().change(change)
        self.changes += 1


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
