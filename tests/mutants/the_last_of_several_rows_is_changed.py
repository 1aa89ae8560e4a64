"""An upsert changes the last of several rows of one qname."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-07"}
MESSAGE = "changes the first of several rows"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:
        if sum(row.qname == qname for row in rows) > 1:
            return changes.upsert_status(rows[::-1], qname, status)[::-1]
        return changes.upsert_status(rows, qname, status)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
