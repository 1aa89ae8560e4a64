"""record_finished with success leaves a Running job as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    SchedulerJobStatus,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"ST-03"}
MESSAGE = "stores Idle after success"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:

        known = next((row for row in rows if row.qname == qname), None)
        if status is SchedulerJobStatus.IDLE and known is not None and known.status == "Running":
            return list(rows)
        return changes.upsert_status(rows, qname, status)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
