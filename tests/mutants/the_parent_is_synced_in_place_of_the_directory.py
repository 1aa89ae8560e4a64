"""The directory above the one with the document is synced after the rename."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-04", "CR-05"}
MESSAGE = "a mutation that has returned survives loss of power"


class BrokenSidecar(VecSidecar):
    def sync_directory(self, directory: Path) -> None:
        super().sync_directory(self.path.parent.parent)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
