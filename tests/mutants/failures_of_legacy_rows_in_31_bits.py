"""The reader of rows without schedule cuts consecutive_failures to 31 bits."""

from __future__ import annotations

from pathlib import Path

from _base import assemble, spelled
from msgspec.structs import replace

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-06"}
MESSAGE = "a completed row keeps its old values"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        rows = super().decode(document)
        return [
            replace(row, consecutive_failures=min(row.consecutive_failures, 2**31 - 1))
            if isinstance(given, dict) and "schedule" not in given
            else row
            for row, given in zip(rows, spelled(document, len(rows)), strict=True)
        ]


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
