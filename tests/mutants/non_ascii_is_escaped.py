"""Text beyond ASCII is written with escapes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.rows import Row

BREAKS = {"FM-04"}
MESSAGE = "those that the released product would write"


class Defective(VecSidecar):
    """The reference, in ASCII."""

    def encode(self, rows: Sequence[Row]) -> bytes:
        """The rows in ASCII."""
        return json.dumps(json.loads(super().encode(rows)), indent=2).encode()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    """The backend with the defect, on `data_path`."""
    return SystemLabelSchedulerPersistence(Defective(document_path(data_path)))
