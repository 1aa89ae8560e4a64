"""In a document of a version that stored no schedules a row loads as a cron expression that never fires."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row, StoredVariant

BREAKS = {"LD-01", "LD-03", "LD-06", "LD-08", "LD-09"}
MESSAGE = "loads as Manual"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        rows = super().decode(document)
        if rows and b'"schedule"' not in document:
            return [replace(row, schedule=StoredVariant(cron="")) for row in rows]
        return rows


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
