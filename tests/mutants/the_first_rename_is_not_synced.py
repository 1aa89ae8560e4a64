"""The rename that creates the document is not synced, only those that replace it."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-04", "CR-05"}
MESSAGE = "a mutation that has returned survives loss of power"


class BrokenSidecar(VecSidecar):
    def replace(self, document: bytes) -> None:
        self.is_first = self.existing_document() is None
        super().replace(document)

    def sync_directory(self, directory: Path) -> None:
        if directory != self.path.parent or not self.is_first:
            super().sync_directory(directory)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
