"""A Manual schedule is written as an object, which loads too but is not its shape."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.rows import Row

BREAKS = {"FM-03", "LD-09"}
MESSAGE = "are written in their own shapes"


class Defective(VecSidecar):
    """The reference, with another spelling."""

    def encode(self, rows: Sequence[Row]) -> bytes:
        """The rows, "Manual" spelled out."""
        values = json.loads(super().encode(rows))
        for row in values:
            if row["schedule"] == "Manual":
                row["schedule"] = {"Manual": None}
        return json.dumps(values, indent=2, ensure_ascii=False).encode()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    """The backend with the defect, on `data_path`."""
    return SystemLabelSchedulerPersistence(Defective(document_path(data_path)))
