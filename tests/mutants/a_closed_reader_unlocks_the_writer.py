"""A lock as POSIX has it, for readers, too: it is lost when any descriptor of its file is closed."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from _base import assemble
from _locks import LockedBesideTheData

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CC-04"}
MESSAGE = "two processes that mutate one data path lose no update"


class BrokenSidecar(LockedBesideTheData):
    def lock_directory(self) -> int:
        lock = self.opened_to_write()
        fcntl.lockf(lock, fcntl.LOCK_EX)
        return lock

    def read_bytes(self) -> bytes:
        if self._lock.locked():
            return super().read_bytes()
        lock = self.opened_lock()
        try:
            fcntl.lockf(lock, fcntl.LOCK_SH)
            return super().read_bytes()
        finally:
            os.close(lock)


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
