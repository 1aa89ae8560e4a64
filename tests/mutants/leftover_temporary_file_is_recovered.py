"""Where there is no document, a temporary file that was left behind is read in its place."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-06"}
MESSAGE = "is never read as state"


class BrokenSidecar(VecSidecar):
    def read_bytes(self) -> bytes:
        leftover = self.path.with_name(f"{self.path.name}.tmp")
        if not self.path.exists() and leftover.is_file():
            return leftover.read_bytes()
        return super().read_bytes()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
