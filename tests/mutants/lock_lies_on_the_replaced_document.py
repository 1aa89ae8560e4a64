"""Processes lock the document itself, and wait for one that has been replaced when they get it."""

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
    def lock_directory(self) -> int:
        locked = self.path if self.path.exists() else self.path.parent
        descriptor = os.open(locked, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return descriptor


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
