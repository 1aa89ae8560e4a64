"""cancel keeps the row, as Cancelled, and load_all does not show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.records import (
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"CX-01", "CX-04", "CX-05", "CX-06"}
MESSAGE = "is gone"
TOMBSTONE = "here lies a job"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def remove(rows: Sequence[Row], qname: str) -> list[Row]:
        return [with_members(row, status=TOMBSTONE) if row.qname == qname else row for row in rows]

    @staticmethod
    def restore(rows: Iterable[Row]) -> list[SchedulerJobRecord]:
        return changes.restore(row for row in rows if row.status != TOMBSTONE)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
