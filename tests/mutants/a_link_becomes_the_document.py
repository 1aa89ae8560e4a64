"""A temporary name that is taken already is moved into place as it is, once what it holds is right."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"SE-01"}
MESSAGE = "the document does not become a link"


class BrokenSidecar(VecSidecar):
    def temporary_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.tmp")

    def create_temporary(self, temporary: Path, existing: os.stat_result | None) -> int:
        if not temporary.is_symlink():
            temporary.unlink(missing_ok=True)
        return super().create_temporary(temporary, existing)

    def replace(self, document: bytes) -> None:
        with suppress(FileExistsError):
            super().replace(document)
            return
        self.publish(self.temporary_path())


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
