"""cancel does not find a row without schedule."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble, spelled_rows

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row

BREAKS = {"CX-01"}
MESSAGE = "a cancelled job is gone"


class Broken(SystemLabelSchedulerPersistence):
    def remove(self, rows: Sequence[Row], qname: str) -> list[Row]:
        return [
            row
            for row, given in spelled_rows(self.sidecar)
            if row.qname != qname or (isinstance(given, dict) and "schedule" not in given)
        ]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
