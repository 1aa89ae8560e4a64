"""The data path is synced, and then _system is created in it."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-05"}
MESSAGE = "under the strict persistence model"


class BrokenSidecar(VecSidecar):
    def make_directory(self, directory: Path) -> None:
        if not directory.is_dir():
            self.sync_directory(directory.parent)
            self.create_directory(directory)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
