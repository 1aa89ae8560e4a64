"""_system is created, and the entry that names it is not made durable."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-05"}
MESSAGE = "under the strict persistence model"


class BrokenSidecar(VecSidecar):
    def sync_directory(self, directory: Path) -> None:
        if directory == self.path.parent:
            super().sync_directory(directory)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
