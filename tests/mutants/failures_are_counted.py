"""record_finished counts the failures of a known job, and forgets them after a success."""

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

BREAKS = {"ST-04", "UP-02"}
MESSAGE = "consecutive_failures"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:

        changed = changes.upsert_status(rows, qname, status)
        place = [row.qname for row in changed].index(qname)
        if place < len(rows) and status is not SchedulerJobStatus.RUNNING:
            failed = status is SchedulerJobStatus.FAILED_RETRYING
            count = min(changed[place].consecutive_failures + 1, 2**32 - 1) if failed else 0
            changed[place] = with_members(changed[place], consecutive_failures=count)
        return changed


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
