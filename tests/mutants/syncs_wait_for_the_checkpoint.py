"""A mutation is visible at once and durable with the next flush_checkpoint or close."""

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
        pass

    def sync_directory(self, directory: Path) -> None:
        pass

    def checkpoint(self) -> None:
        with suppress(OSError):
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                super().sync(descriptor)
            finally:
                os.close(descriptor)
            super().sync_directory(self.path.parent)
            super().sync_directory(self.path.parent.parent)


class Checkpointing(SystemLabelSchedulerPersistence):
    sidecar: BrokenSidecar

    def flush_checkpoint(self) -> None:
        self.sidecar.checkpoint()

    def close(self) -> None:
        self.sidecar.checkpoint()


def open_backend(data_path: Path) -> Checkpointing:
    return assemble(data_path, Checkpointing, BrokenSidecar)
