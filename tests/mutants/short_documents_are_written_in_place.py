"""A document that grows is completed where it lies; only one that shrinks is replaced."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble
from _threads import GatedLoads

from reference_impl import VecSidecar

BREAKS = {"CR-01", "CR-03", "CR-05"}
MESSAGE = "the document is never written under its own name"


class BrokenSidecar(VecSidecar):
    def replace(self, document: bytes) -> None:
        existing = self.existing_document()
        if existing is None or existing.st_size > len(document):
            super().replace(document)
            return
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            self.write_all(descriptor, document)
            self.sync(descriptor)
        finally:
            os.close(descriptor)


def open_backend(data_path: Path) -> GatedLoads:
    return assemble(data_path, GatedLoads, BrokenSidecar)
