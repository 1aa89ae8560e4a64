"""What cannot be renamed across file systems is copied over the document."""

from __future__ import annotations

import errno
import shutil
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
            if error.errno != errno.EXDEV:
                raise
            shutil.copyfile(temporary, self.path)
            temporary.unlink()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
