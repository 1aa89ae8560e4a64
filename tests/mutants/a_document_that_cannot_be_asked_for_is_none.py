"""Whether there is a document is asked of a call that says no also where it cannot tell."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-08", "ER-06"}
MESSAGE = "reported as the backend's error"


class BrokenSidecar(VecSidecar):
    def read_bytes(self) -> bytes:
        return super().read_bytes() if os.path.lexists(self.path) else b""


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
