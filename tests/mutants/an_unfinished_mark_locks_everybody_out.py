"""A mark shows that a write is under way, and one that a crash left keeps everybody out."""

from __future__ import annotations

import errno
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-02", "CR-03", "CR-05", "CR-06", "SE-01"}
MESSAGE = "a process killed at any system call"


class BrokenSidecar(VecSidecar):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.mark = path.with_name(".writing")
        self.is_checked = False

    def read_bytes(self) -> bytes:
        if not self.is_checked and self.mark.exists():
            raise OSError(errno.EBUSY, "a write is under way")
        self.is_checked = True
        return super().read_bytes()

    def replace(self, document: bytes) -> None:
        self.mark.touch()
        try:
            super().replace(document)
        finally:
            self.mark.unlink()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
