"""A temporary file gets the permissions of the document once the rows are in it."""

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
        """Later."""

    def publish(self, temporary: Path) -> None:
        existing = self.existing_document()
        if existing is not None:
            temporary.chmod(stat.S_IMODE(existing.st_mode))
        super().publish(temporary)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
