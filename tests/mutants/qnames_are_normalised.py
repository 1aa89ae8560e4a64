"""Qnames are stored in normal form C."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"FM-05", "QN-06", "RT-09"}
MESSAGE = "code point for code point"


class BrokenSidecar(VecSidecar):
    def write(self, rows: Sequence[Row]) -> None:
        super().write([replace(row, qname=unicodedata.normalize("NFC", row.qname)) for row in rows])


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
