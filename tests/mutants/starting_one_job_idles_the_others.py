"""record_started makes every other Running job Idle: one job runs at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.records import (
    SchedulerJobStatus,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-05"}
MESSAGE = "changes no other job"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:

        changed = changes.upsert_status(rows, qname, status)
        if status is not SchedulerJobStatus.RUNNING:
            return changed
        return [
            with_members(row, status="Idle") if row.status == "Running" and row.qname != qname else row
            for row in changed
        ]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
