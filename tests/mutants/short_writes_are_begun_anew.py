"""After a short write all bytes are written once more, behind the ones that were."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-09"}
MESSAGE = "EINTR and short writes are absorbed"


class BrokenSidecar(VecSidecar):
    def write_all(self, descriptor: int, document: bytes) -> None:
        while os.write(descriptor, document) < len(document):
            pass


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
