"""The members of a row are written in alphabetical order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.rows import Row

BREAKS = {"FM-02"}
MESSAGE = "with the five members of a row, in order"


class Defective(VecSidecar):
    """The reference, with sorted members."""

    def encode(self, rows: Sequence[Row]) -> bytes:
        """The rows, their outermost members sorted."""
        values = json.loads(super().encode(rows))
        ordered = [dict(sorted(row.items())) for row in values]
        return json.dumps(ordered, indent=2, ensure_ascii=False).encode()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    """The backend with the defect, on `data_path`."""
    return SystemLabelSchedulerPersistence(Defective(document_path(data_path)))
