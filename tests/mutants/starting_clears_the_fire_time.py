"""record_started takes the fire time away, for it has come."""

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

BREAKS = {"UP-02"}
MESSAGE = "leave all but its status alone"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:

        changed = changes.upsert_status(rows, qname, status)
        if status is SchedulerJobStatus.RUNNING:
            place = [row.qname for row in changed].index(qname)
            changed[place] = with_members(changed[place], next_fire_at=None)
        return changed


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
