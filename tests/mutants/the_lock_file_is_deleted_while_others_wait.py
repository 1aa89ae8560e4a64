"""Who holds the lock removes its file; who waits for it then holds the lock of a file that is gone."""

from __future__ import annotations

import fcntl
import time
from pathlib import Path

from _base import assemble
from _locks import LockedBesideTheData

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CC-04"}
MESSAGE = "two processes that mutate one data path lose no update"
_MOMENT_S = 0.0005  # so that others do wait


class Sidecar(LockedBesideTheData):
    def lock_directory(self) -> int:
        descriptor = self.opened_to_write()
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        time.sleep(_MOMENT_S)
        return descriptor

    def unlock_directory(self, descriptor: int) -> None:
        self.lock_file.unlink(missing_ok=True)
        super().unlock_directory(descriptor)


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, Sidecar)
