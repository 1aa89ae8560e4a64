"""Whatever a sync of the directory fails with, it is taken for a file system that knows none."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-15"}
MESSAGE = "a failed sync of the directory is reported"


class BrokenSidecar(VecSidecar):
    def sync_directory(self, directory: Path) -> None:
        with suppress(OSError):
            super().sync_directory(directory)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
