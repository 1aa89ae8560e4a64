"""The directory is synced before the rename and not after it."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-04", "CR-05"}
MESSAGE = "a mutation that has returned survives loss of power"


class BrokenSidecar(VecSidecar):
    def publish(self, temporary: Path) -> None:
        super().sync_directory(temporary.parent)
        super().publish(temporary)

    def sync_directory(self, directory: Path) -> None:
        if directory != self.path.parent:
            super().sync_directory(directory)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
