"""Qnames are cut to 255 characters, as a VARCHAR(255) would."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"RT-09", "QN-06", "FM-05"}
MESSAGE = "code point for code point"


class BrokenSidecar(VecSidecar):
    def write(self, rows: Sequence[Row]) -> None:
        super().write([replace(row, qname=row.qname[:255]) for row in rows])


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
