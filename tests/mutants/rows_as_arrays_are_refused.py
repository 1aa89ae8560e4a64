"""A row in the form of an array is refused."""

from __future__ import annotations

from pathlib import Path

from _base import assemble, spelled

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-09"}
MESSAGE = "load_all succeeds"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        rows = super().decode(document)
        if any(isinstance(given, list) for given in spelled(document, len(rows))):
            raise ValueError("a row is an object")
        return rows


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
