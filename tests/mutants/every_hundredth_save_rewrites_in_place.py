"""Once in a hundred saves the document is tidied: written where it lies."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-02", "CR-03"}
MESSAGE = "a process killed at any system call"


class BrokenSidecar(VecSidecar):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._saves = 0

    def replace(self, document: bytes) -> None:
        super().replace(document)
        self._saves += 1
        if self._saves % 100 == 0:
            self.path.write_bytes(document)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
