"""Whether there is a document is asked first, and a link that leads in a circle counts as none."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"ER-06"}
MESSAGE = "where the document is out of reach"


class BrokenSidecar(VecSidecar):
    def has_document(self) -> bool:
        try:
            return self.path.exists()
        except (OSError, RuntimeError):
            return False

    def read_bytes(self) -> bytes:
        if self.path.is_symlink() and not self.has_document():
            return b""
        return super().read_bytes()

    def existing_document(self) -> os.stat_result | None:
        return super().existing_document() if self.has_document() else None


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
