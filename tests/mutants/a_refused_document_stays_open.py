"""A document that cannot be read is not closed."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"ER-04"}
MESSAGE = "however often the document was found damaged"


class Sidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        try:
            return super().decode(document)
        except ValueError:
            os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            raise


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, Sidecar)
