"""A document that holds a legacy row is read by the legacy rules throughout."""

from __future__ import annotations

import json
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-03"}
MESSAGE = "each by its own rules"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        rows = super().decode(document)
        raw = json.loads(document) if len(rows) > 1 else []
        if any(isinstance(given, dict) and "schedule" not in given for given in raw):
            return [replace(row, schedule="Manual") for row in rows]
        return rows


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
