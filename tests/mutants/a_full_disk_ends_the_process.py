"""Where there is no room for a temporary file the process ends."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-08"}
MESSAGE = "reported as the backend's error"


class BrokenSidecar(VecSidecar):
    def create_temporary(self, temporary: Path, existing: os.stat_result | None) -> int:
        try:
            return super().create_temporary(temporary, existing)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                os._exit(1)
            raise


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
