"""The temporary file has one fixed name, and a leftover under it makes every mutation fail."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-06"}
MESSAGE = "does not disturb later mutations"


class BrokenSidecar(VecSidecar):
    def temporary_path(self) -> Path:
        return self.path.with_suffix(".tmp")


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
