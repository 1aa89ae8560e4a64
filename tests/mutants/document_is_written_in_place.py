"""The document is overwritten where it lies."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble
from _threads import GatedLoads

from reference_impl import VecSidecar

BREAKS = {"CR-01", "CR-02", "CR-03", "CR-05"}
MESSAGE = "the document is never written under its own name"


class BrokenSidecar(VecSidecar):
    def replace(self, document: bytes) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            self.write_all(descriptor, document)
            os.ftruncate(descriptor, len(document))
            self.sync(descriptor)
        finally:
            os.close(descriptor)
        self.sync_directory(self.path.parent)


def open_backend(data_path: Path) -> GatedLoads:
    return assemble(data_path, GatedLoads, BrokenSidecar)
