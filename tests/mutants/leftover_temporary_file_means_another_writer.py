"""A temporary file of any name is taken for another writer's, and mutations are skipped meanwhile."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-06"}
MESSAGE = "does not disturb later mutations"


class BrokenSidecar(VecSidecar):
    def replace(self, document: bytes) -> None:
        if not any(path.suffix == ".tmp" for path in self.path.parent.iterdir()):
            super().replace(document)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
