"""The temporary file is moved into place whatever became of its bytes."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-08"}
MESSAGE = "reported as the backend's error"


class BrokenSidecar(VecSidecar):
    def replace(self, document: bytes) -> None:
        temporary = self.temporary_path()
        existing = self.existing_document()
        descriptor = self.create_temporary(temporary, existing)
        try:
            if existing is not None:
                self.take_over_permissions(descriptor, existing)
            self.write_all(descriptor, document)
            self.sync(descriptor)
        finally:
            os.close(descriptor)
            try:
                self.publish(temporary)
            except OSError:
                temporary.unlink()
                raise
        self.sync_directory(self.path.parent)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
