"""Where the directory is missing it is made, and it is an error if somebody else has just done so."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CC-05"}
MESSAGE = "the work of several backends at once succeeds"


class BrokenSidecar(VecSidecar):
    def create_directory(self, directory: Path) -> None:
        if not directory.parent.is_dir():
            super().create_directory(directory.parent)
            self.sync_directory(directory.parent.parent)
        directory.mkdir()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
