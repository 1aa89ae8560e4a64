"""record_started clears next_fire_at: the job has fired."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-02"}
MESSAGE = "leave all but its status alone"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:
        changed = changes.upsert_status(rows, qname, status)
        fired = status is SchedulerJobStatus.RUNNING
        return [replace(row, next_fire_at=None) if fired and row.qname == qname else row for row in changed]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
