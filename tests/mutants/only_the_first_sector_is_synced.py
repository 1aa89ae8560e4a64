"""What follows the first 512 bytes is written after the sync."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-03", "CR-05"}
MESSAGE = "power lost at any point"


class BrokenSidecar(VecSidecar):
    def write_all(self, descriptor: int, document: bytes) -> None:
        super().write_all(descriptor, document[:512])
        super().sync(descriptor)
        super().write_all(descriptor, document[512:])

    def sync(self, descriptor: int) -> None:
        pass


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
