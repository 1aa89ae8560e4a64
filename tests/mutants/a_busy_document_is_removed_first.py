"""A document that is busy is removed, and the new one moved to its place."""

from __future__ import annotations

import errno
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-08"}
MESSAGE = "reported as the backend's error"


class BrokenSidecar(VecSidecar):
    def publish(self, temporary: Path) -> None:
        try:
            super().publish(temporary)
        except OSError as error:
            if error.errno not in (errno.EBUSY, errno.EPERM):
                raise
            self.path.unlink()
            super().publish(temporary)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
