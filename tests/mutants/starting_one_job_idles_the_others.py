"""record_started sets every other Running job to Idle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-05"}
MESSAGE = "changes no other job"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:
        changed = changes.upsert_status(rows, qname, status)
        return [
            replace(row, status="Idle") if row.qname != qname and row.status == "Running" else row
            for row in changed
        ]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
