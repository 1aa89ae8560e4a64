"""The temporary file has a fixed name, and a link under it is written through and moved into place."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"SE-01"}
MESSAGE = "points to stays untouched"


class BrokenSidecar(VecSidecar):
    def temporary_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.tmp")

    def create_temporary(self, temporary: Path, existing: os.stat_result | None) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        return os.open(temporary, flags, 0o666 if existing is None else 0o600)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
