"""record_finished without success on an unknown job creates it with one failure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-04"}
MESSAGE = "creates it: Manual, no next_fire_at, no failures"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:
        changed = changes.upsert_status(rows, qname, status)
        if len(changed) > len(rows) and status is SchedulerJobStatus.FAILED_RETRYING:
            changed[-1] = replace(changed[-1], consecutive_failures=1)
        return changed


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
