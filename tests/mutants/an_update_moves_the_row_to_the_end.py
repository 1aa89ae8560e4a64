"""An upsert removes the row and appends the new one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-08"}
MESSAGE = "keeps its position"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:
        changed = changes.upsert_status(rows, qname, status)
        mine = [row for row in changed if row.qname == qname]
        return [row for row in changed if row.qname != qname] + mine if len(mine) == 1 else changed


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
