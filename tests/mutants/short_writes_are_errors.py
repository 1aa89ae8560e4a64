"""A write that takes fewer bytes than it was given is taken for a failure."""

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
        if written != len(document):
            raise OSError(errno.ENOSPC, f"only {written} of {len(document)} bytes were written")


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
