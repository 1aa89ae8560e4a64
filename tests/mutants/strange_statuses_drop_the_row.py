"""A row whose status no version ever wrote is not loaded."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-07"}
MESSAGE = "a row with any status loads"


class BrokenSidecar(VecSidecar):
    def read(self) -> list[Row]:
        return [row for row in super().read() if row.status != "Bogus"]


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
