"""A row is written with its members in the order in which they were read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from _base import assemble, spelled

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"FM-02"}
MESSAGE = "written back with the five members"


class BrokenSidecar(VecSidecar):
    def encode(self, rows: Sequence[Row]) -> bytes:
        found = {given["qname"]: given for given in spelled(self.read_bytes(), 0) if isinstance(given, dict)}
        written = json.loads(super().encode(rows))
        kept = [
            {name: row[name] for name in (*found.get(row["qname"], {}), *row) if name in row}
            for row in written
        ]
        return json.dumps(kept, indent=2, ensure_ascii=False).encode()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
