"""record_started stores Started."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"ST-02", "CX-05"}
MESSAGE = "stores the status Running"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:
        changed = changes.upsert_status(rows, qname, status)
        return [replace(row, status="Started") if row.status == "Running" else row for row in changed]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
