"""A row without schedule stays short when it is written back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-06"}
MESSAGE = "writes legacy rows back complete"


class BrokenSidecar(VecSidecar):
    def encode(self, rows: Sequence[Row]) -> bytes:
        short = [row for row in rows if row.schedule == "Manual" and row.next_fire_at is None]
        if not self.path.exists() or not short or b'"next_fire_at"' in self.path.read_bytes():
            return super().encode(rows)
        whole = json.loads(super().encode(rows))
        for row in whole:
            if row["schedule"] == "Manual" and row["next_fire_at"] is None:
                del row["next_fire_at"]
        return json.dumps(whole, indent=2, ensure_ascii=False).encode()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
