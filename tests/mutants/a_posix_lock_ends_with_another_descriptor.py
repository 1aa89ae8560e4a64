"""The lock between processes is a POSIX one, and its file is read under it: closing that gives it up."""

from __future__ import annotations

import fcntl
from pathlib import Path

from _base import assemble
from _locks import LockedBesideTheData

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CC-04"}
MESSAGE = "two processes that mutate one data path lose no update"


class Sidecar(LockedBesideTheData):
    def lock_directory(self) -> int:
        descriptor = self.opened_to_write()
        fcntl.lockf(descriptor, fcntl.LOCK_EX)
        self.lock_file.read_bytes()
        return descriptor


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, Sidecar)
