"""_system is made by the first mutation of an open backend and never again."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"LD-05"}
MESSAGE = "succeeds"


class BrokenSidecar(VecSidecar):
    is_made = False

    def make_directory(self, directory: Path) -> None:
        if not self.is_made:
            super().make_directory(directory)
        self.is_made = True


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
