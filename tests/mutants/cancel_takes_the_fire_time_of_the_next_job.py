"""cancel leaves the row behind the cancelled one without its fire time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row

BREAKS = {"UP-05"}
MESSAGE = "changes no other job"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def remove(rows: Sequence[Row], qname: str) -> list[Row]:
        behind = {place + 1 for place, row in enumerate(rows) if row.qname == qname}
        return [
            with_members(row, next_fire_at=None) if place in behind else row
            for place, row in enumerate(rows)
            if row.qname != qname
        ]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
