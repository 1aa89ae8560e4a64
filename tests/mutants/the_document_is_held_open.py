"""The document is opened for reading once, and again only after a mutation of one's own."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"ER-04"}
MESSAGE = "loads what stands in it"


class BrokenSidecar(VecSidecar):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.held: int | None = None
        self.holding = Lock()

    def read_bytes(self) -> bytes:
        with self.holding:
            if self.held is None:
                document = super().read_bytes()
                if document:
                    self.held = os.open(self.path, os.O_RDONLY)
                return document
            return os.pread(self.held, os.fstat(self.held).st_size, 0)

    def publish(self, temporary: Path) -> None:
        super().publish(temporary)
        self.let_go()

    def let_go(self) -> None:
        with self.holding:
            if self.held is not None:
                os.close(self.held)
            self.held = None


class Broken(SystemLabelSchedulerPersistence):
    sidecar: BrokenSidecar

    def close(self) -> None:
        self.sidecar.let_go()


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken, BrokenSidecar)
