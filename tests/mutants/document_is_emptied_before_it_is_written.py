"""The document is truncated and then written."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CC-03", "CR-01", "CR-02", "CR-03", "CR-04", "CR-05"}
MESSAGE = "the document is never written under its own name"


class BrokenSidecar(VecSidecar):
    def replace(self, document: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, 0o666)
        try:
            self.write_all(descriptor, document)
            self.sync(descriptor)
        finally:
            os.close(descriptor)
        self.sync_directory(self.path.parent)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
