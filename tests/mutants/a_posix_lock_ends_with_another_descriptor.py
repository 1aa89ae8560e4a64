"""The lock between processes is a POSIX one, and its file is read under it: closing that gives it up."""

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


class Sidecar(VecSidecar):
    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with _IN_THIS_PROCESS, super().exclusive():
            yield

    def lock_directory(self) -> int:
        self.path.parent.stat()  # where it is missing it has to be made
        data_path = self.path.parent.parent
        lock = data_path.with_name(f"{data_path.name}.lock")
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.lockf(descriptor, fcntl.LOCK_EX)
        lock.read_bytes()
        return descriptor

    def unlock_directory(self, descriptor: int) -> None:
        os.close(descriptor)


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, Sidecar)
