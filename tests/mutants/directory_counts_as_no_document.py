"""A directory in the document's place counts as no document."""

from __future__ import annotations

from pathlib import Path

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"ER-06"}
MESSAGE = "load_all raises SchedulerPersistenceError where the document is out of reach"


class Defective(VecSidecar):
    """The reference, satisfied with a directory."""

    def read_bytes(self) -> bytes:
        """What the document holds."""
        return b"" if self.path.is_dir() else super().read_bytes()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    """The backend with the defect, on `data_path`."""
    return SystemLabelSchedulerPersistence(Defective(document_path(data_path)))
