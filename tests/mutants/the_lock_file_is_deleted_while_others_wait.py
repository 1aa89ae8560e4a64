"""Who holds the lock removes its file; who waits for it then holds the lock of a file that is gone."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from _base import assemble

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CC-04"}
MESSAGE = "two processes that mutate one data path lose no update"
_MOMENT_S = 0.0005  # so that others do wait
_IN_THIS_PROCESS = RLock()


class Sidecar(VecSidecar):
    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with _IN_THIS_PROCESS, super().exclusive():
            yield

    @property
    def lock_file(self) -> Path:
        data_path = self.path.parent.parent
        return data_path.with_name(f"{data_path.name}.lock")

    def lock_directory(self) -> int:
        self.path.parent.stat()  # where it is missing it has to be made
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        time.sleep(_MOMENT_S)
        return descriptor

    def unlock_directory(self, descriptor: int) -> None:
        self.lock_file.unlink(missing_ok=True)
        os.close(descriptor)


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, Sidecar)
