"""A job scheduled Once becomes Manual when it has finished."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.records import (
    Once,
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
        place = [row.qname for row in changed].index(qname)
        row = changed[place]
        if status is not SchedulerJobStatus.RUNNING and isinstance(
            changes.restore_schedule(row.schedule), Once
        ):
            changed[place] = with_members(row, schedule="Manual")
        return changed


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
