"""After a failed sync all later mutations are refused until the backend is reopened."""

from __future__ import annotations

import errno
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-10"}
MESSAGE = "the same open backend goes on working"


class BrokenSidecar(VecSidecar):
    is_closed = False

    def sync(self, descriptor: int) -> None:
        if self.is_closed:
            raise OSError(errno.EROFS, "closed after an earlier failure")
        try:
            super().sync(descriptor)
        except OSError:
            self.is_closed = True
            raise


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
