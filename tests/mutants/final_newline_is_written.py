"""The document ends with a newline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.rows import Row

BREAKS = {"FM-04"}
MESSAGE = "those that the released product would write"


class Defective(VecSidecar):
    """The reference, ending its last line."""

    def encode(self, rows: Sequence[Row]) -> bytes:
        """The rows and a newline."""
        return super().encode(rows) + b"\n"


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    """The backend with the defect, on `data_path`."""
    return SystemLabelSchedulerPersistence(Defective(document_path(data_path)))
