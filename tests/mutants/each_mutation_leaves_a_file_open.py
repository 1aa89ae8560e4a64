"""The directory that a mutation syncs is never closed."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"UP-06"}
MESSAGE = "goes on as it began"


class BrokenSidecar(VecSidecar):
    def sync_directory(self, directory: Path) -> None:
        os.fsync(os.open(directory, os.O_RDONLY | os.O_DIRECTORY))


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
