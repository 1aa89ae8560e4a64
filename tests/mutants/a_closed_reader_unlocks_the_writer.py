"""A lock as POSIX has it, for readers, too: it is lost when any descriptor of its file is closed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from _base import assemble

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CC-04"}
MESSAGE = "two processes that mutate one data path lose no update"
_IN_THIS_PROCESS = RLock()


class BrokenSidecar(VecSidecar):
    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with _IN_THIS_PROCESS, super().exclusive():
            yield

    def opened_lock(self, how: int) -> int:
        place = self.path.parent.parent
        lock = os.open(place.with_name(f"{place.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        fcntl.lockf(lock, how)
        return lock

    def lock_directory(self) -> int:
        self.path.parent.stat()  # where it is missing it has to be made
        return self.opened_lock(fcntl.LOCK_EX)

    def unlock_directory(self, descriptor: int) -> None:
        os.close(descriptor)

    def read_bytes(self) -> bytes:
        if self._lock.locked():
            return super().read_bytes()
        lock = self.opened_lock(fcntl.LOCK_SH)
        try:
            return super().read_bytes()
        finally:
            os.close(lock)


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
