"""A leftover is emptied by its name before it is removed."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"SE-01"}
MESSAGE = "points to stays untouched"


class BrokenSidecar(VecSidecar):
    def temporary_path(self) -> Path:
        return self.path.with_name(f".{self.path.name}.tmp")

    def create_temporary(self, temporary: Path, existing: os.stat_result | None) -> int:
        if temporary.exists():
            os.truncate(temporary, 0)
        temporary.unlink(missing_ok=True)
        return super().create_temporary(temporary, existing)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
