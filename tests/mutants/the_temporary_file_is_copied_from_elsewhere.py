"""The new document is written among the system's temporary files and copied over the old one."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CC-03", "CR-01", "CR-02", "CR-03", "CR-04", "CR-05", "CR-11"}
MESSAGE = "lies in the document's own directory"


class BrokenSidecar(VecSidecar):
    def replace(self, document: bytes) -> None:
        descriptor, name = tempfile.mkstemp()
        try:
            self.write_all(descriptor, document)
            self.sync(descriptor)
            shutil.copyfile(name, self.path)
            with self.path.open("rb") as copied:
                self.sync(copied.fileno())
        finally:
            os.close(descriptor)
            Path(name).unlink()
        self.sync_directory(self.path.parent)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
