"""The new document has the usual permissions until those of the old one are put on it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"SE-02"}
MESSAGE = "at no moment of a mutation may others read the rows"


class BrokenSidecar(VecSidecar):
    def create_temporary(self, temporary: Path, existing: os.stat_result | None) -> int:
        return super().create_temporary(temporary, None)

    def take_over_permissions(self, descriptor: int, existing: os.stat_result) -> None:
        os.fchmod(descriptor, 0o644)

    def publish(self, temporary: Path) -> None:
        existing = self.existing_document()
        super().publish(temporary)
        if existing is not None:
            self.path.chmod(stat.S_IMODE(existing.st_mode))


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
