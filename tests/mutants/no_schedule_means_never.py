"""A row without schedule loads as a cron expression that never fires."""

from __future__ import annotations

import json
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row, StoredVariant

BREAKS = {"LD-01", "LD-03"}
MESSAGE = "loads as Manual"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        rows = super().decode(document)
        raw = json.loads(document) if rows else []
        return [
            replace(row, schedule=StoredVariant(cron=""))
            if isinstance(given, dict) and "schedule" not in given
            else row
            for row, given in zip(rows, raw, strict=True)
        ]


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
