"""A write that failed leaves its temporary file, whose fixed name is then taken. Opening sweeps."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-10", "CR-13"}
MESSAGE = "the same open backend goes on working"


class BrokenSidecar(VecSidecar):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.is_swept = False

    def temporary_path(self) -> Path:
        temporary = self.path.with_suffix(".tmp")
        if not self.is_swept:
            temporary.unlink(missing_ok=True)
        self.is_swept = True
        return temporary

    def discard(self, temporary: Path) -> None:
        pass


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
