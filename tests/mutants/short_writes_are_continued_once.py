"""The rest after a short write is written without looking at the result."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-09"}
MESSAGE = "EINTR and short writes are absorbed"


class BrokenSidecar(VecSidecar):
    def write_all(self, descriptor: int, document: bytes) -> None:
        written = os.write(descriptor, document)
        if written < len(document) // 2:
            raise OSError(errno.EIO, "the system takes no more bytes")
        if written < len(document) - 1:
            os.write(descriptor, document[written + 1 :])


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
