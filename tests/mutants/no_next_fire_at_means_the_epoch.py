"""A row whose next_fire_at is missing loads with the epoch."""

from __future__ import annotations

import json
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row, StoredInstant

BREAKS = {"LD-02"}
MESSAGE = "loads without one"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        rows = super().decode(document)
        raw = json.loads(document) if len(rows) == 1 else rows
        return [
            replace(row, next_fire_at=StoredInstant(0, 0))
            if isinstance(given, dict) and "schedule" in given and "next_fire_at" not in given
            else row
            for row, given in zip(rows, raw, strict=True)
        ]


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
