"""A FIFO and a directory are refused; a device, which holds nothing, counts as a document without rows."""

from __future__ import annotations

import stat
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"SE-04"}
MESSAGE = "every operation is refused where something else lies in the document's place"


class BrokenSidecar(VecSidecar):
    def read_bytes(self) -> bytes:
        if self.path.exists() and stat.S_ISCHR(self.path.stat().st_mode):
            return b""
        return super().read_bytes()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
