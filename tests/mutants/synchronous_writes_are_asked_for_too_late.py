"""O_DSYNC is set on the open file: Linux takes the request and ignores it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-03", "CR-04", "CR-05"}
MESSAGE = "power lost at any point"


class BrokenSidecar(VecSidecar):
    def create_temporary(self, temporary: Path, existing: os.stat_result | None) -> int:
        descriptor = super().create_temporary(temporary, existing)
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_DSYNC)
        return descriptor

    def sync(self, descriptor: int) -> None:
        pass


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
