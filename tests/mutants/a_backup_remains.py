"""The document before the last mutation stays beside it as a backup."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-07", "FM-01"}
MESSAGE = "no temporary file remains"


class BrokenSidecar(VecSidecar):
    def publish(self, temporary: Path) -> None:
        backup = self.path.with_suffix(".bak")
        if self.path.exists() and not backup.is_symlink():
            backup.unlink(missing_ok=True)
            backup.hardlink_to(self.path)
        super().publish(temporary)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
