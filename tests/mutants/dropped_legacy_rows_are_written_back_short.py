"""A row that load_all drops is written back as it was spelled, also if members are missing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from _base import assemble, spelled

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row, restore_qname

BREAKS = {"LD-06"}
MESSAGE = "writes legacy rows back complete"


class BrokenSidecar(VecSidecar):
    def encode(self, rows: Sequence[Row]) -> bytes:
        found = {given["qname"]: given for given in spelled(self.read_bytes(), 0) if isinstance(given, dict)}
        written = json.loads(super().encode(rows))
        kept = [
            row
            if restore_qname(row["qname"])
            else {name: row[name] for name in row if name in found[row["qname"]]}
            for row in written
        ]
        return json.dumps(kept, indent=2, ensure_ascii=False).encode()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
