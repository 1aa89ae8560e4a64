"""The file is synced only once it has taken the document's place."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-03", "CR-04", "CR-05"}
MESSAGE = "power lost at any point"


class BrokenSidecar(VecSidecar):
    def sync(self, descriptor: int) -> None:
        pass

    def publish(self, temporary: Path) -> None:
        super().publish(temporary)
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
