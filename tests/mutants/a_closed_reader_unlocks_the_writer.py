"""A lock as POSIX has it, for readers, too: it is lost when any descriptor of its file is closed."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from _base import assemble

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CC-04", "CC-05"}
MESSAGE = "two processes that mutate one data path lose no update"


class BrokenSidecar(VecSidecar):
    def opened_lock(self, how: int) -> int:
        place = self.path.parent.parent
        lock = os.open(place.with_name(f"{place.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        fcntl.lockf(lock, how)
        return lock

    def lock_directory(self) -> int:
        return self.opened_lock(fcntl.LOCK_EX)

    def unlock_directory(self, descriptor: int) -> None:
        os.close(descriptor)

    def read_bytes(self) -> bytes:
        if not self._lock.locked():
            os.close(self.opened_lock(fcntl.LOCK_SH))
        return super().read_bytes()


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
