"""Processes keep each other out only where there is a document already."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CC-04", "CC-05"}
MESSAGE = "two processes that mutate one data path lose no update"


class Sidecar(VecSidecar):
    def lock_directory(self) -> int:
        if self.path.exists():
            return super().lock_directory()
        return os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, Sidecar)
