"""The path that is synced before the rename is that of the document: the old one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-03", "CR-04", "CR-05"}
MESSAGE = "power lost at any point"


class BrokenSidecar(VecSidecar):
    def sync(self, descriptor: int) -> None:
        with suppress(FileNotFoundError):
            old = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fdatasync(old)
            finally:
                os.close(old)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
