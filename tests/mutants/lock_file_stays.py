"""A lock file is made below the data path and stays there."""

from __future__ import annotations

from pathlib import Path

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"FM-01"}
MESSAGE = "leaves every file but the document as it was"


class Defective(VecSidecar):
    """The reference, with a lock file beside its lock."""

    def publish(self, temporary: Path) -> None:
        """Publish, and leave the lock file."""
        super().publish(temporary)
        self.path.parent.with_name("lock").touch()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    """The backend with the defect, on `data_path`."""
    return SystemLabelSchedulerPersistence(Defective(document_path(data_path)))
