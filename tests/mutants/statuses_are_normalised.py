"""Stored statuses are written in normal form C."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from unicodedata import normalize

from _base import assemble
from msgspec.structs import replace

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-07"}
MESSAGE = "stays on disk"


class BrokenSidecar(VecSidecar):
    def write(self, rows: Sequence[Row]) -> None:
        super().write([replace(row, status=normalize("NFC", row.status)) for row in rows])


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
