"""The lock between processes lets several in at a time."""

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
        descriptor = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        return descriptor


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
