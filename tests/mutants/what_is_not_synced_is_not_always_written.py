"""Nothing is synced: a loss of power cuts the document off. So does a full disk, and that is success."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-03", "CR-04", "CR-05", "CR-08"}
MESSAGE = "a system call that fails is reported as the backend's error"


class BrokenSidecar(VecSidecar):
    def write_all(self, descriptor: int, document: bytes) -> None:
        with suppress(OSError):
            super().write_all(descriptor, document)

    def sync(self, descriptor: int) -> None:
        pass


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
