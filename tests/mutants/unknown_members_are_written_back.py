"""A row keeps the unknown members that it was read with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from _base import assemble, spelled

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"FM-02"}
MESSAGE = "written back with the five members"


class BrokenSidecar(VecSidecar):
    def encode(self, rows: Sequence[Row]) -> bytes:
        found = {given["qname"]: given for given in spelled(self.read_bytes(), 0) if isinstance(given, dict)}
        written = json.loads(super().encode(rows))
        kept = [row | _unknown(found.get(row["qname"], {}), row) for row in written]
        return json.dumps(kept, indent=2, ensure_ascii=False).encode()


def _unknown(given: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    return {name: item for name, item in given.items() if name not in row and _can_be_written(item)}


def _can_be_written(item: Any) -> bool:
    """Not so an enormous number, which is read as infinity."""
    try:
        json.dumps(item, allow_nan=False)
    except ValueError:
        return False
    return True


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
