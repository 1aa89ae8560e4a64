"""Who writes makes a lock first; one that a killed process left is waited for, and then all is refused."""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-02"}
MESSAGE = "a process killed at any system call"
PATIENCE_S = 2.0
PAUSE_S = 0.001


class BrokenSidecar(VecSidecar):
    @property
    def lock(self) -> Path:
        return self.path.with_name(".lock")

    def lock_directory(self) -> int:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with suppress(FileExistsError):
                self.lock.symlink_to(str(os.getpid()))
                return 0
            time.sleep(PAUSE_S)
        raise OSError(errno.EBUSY, "another process writes")

    def unlock_directory(self, descriptor: int) -> None:
        for _ in range(2):
            with suppress(OSError):
                self.lock.unlink()
        time.sleep(2 * PAUSE_S)  # so that whoever waits has it next


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
