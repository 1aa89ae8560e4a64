"""Every file beside the document is taken for a leftover and removed."""

from __future__ import annotations

from pathlib import Path

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"FM-01"}
MESSAGE = "leaves every file but the document as it was"


class Defective(VecSidecar):
    """The reference, too tidy."""

    def publish(self, temporary: Path) -> None:
        """Publish, and sweep."""
        super().publish(temporary)
        for other in self.path.parent.iterdir():
            if other != self.path and not other.is_dir():
                other.unlink()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    """The backend with the defect, on `data_path`."""
    return SystemLabelSchedulerPersistence(Defective(document_path(data_path)))
