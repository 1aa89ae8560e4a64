"""Temporary files are written into a directory below _system that is removed afterwards."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-11"}
MESSAGE = "lies in the document's own directory"


class BrokenSidecar(VecSidecar):
    def temporary_path(self) -> Path:
        directory = self.path.with_name(f".{secrets.token_hex(8)}.d")
        directory.mkdir()
        return directory / self.path.name

    def publish(self, temporary: Path) -> None:
        super().publish(temporary)
        temporary.parent.rmdir()

    def discard(self, temporary: Path) -> None:
        super().discard(temporary)
        with suppress(OSError):
            temporary.parent.rmdir()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
