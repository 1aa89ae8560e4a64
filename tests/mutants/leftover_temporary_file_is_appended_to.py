"""A temporary file that was left behind is written on at its end."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-06"}
MESSAGE = "does not disturb later mutations"


class BrokenSidecar(VecSidecar):
    def temporary_path(self) -> Path:
        return self.path.with_suffix(".tmp")

    def create_temporary(self, temporary: Path, existing: os.stat_result | None) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(temporary, flags, 0o666 if existing is None else 0o600)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
