"""Cancelling the last job removes the document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"CX-06"}
MESSAGE = "leaves the document [] in place"


class BrokenSidecar(VecSidecar):
    def write(self, rows: Sequence[Row]) -> None:
        super().write(rows)
        if not rows:
            self.path.unlink()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
