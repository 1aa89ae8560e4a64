"""A change of status finds its job without regard to case; scheduling goes by the exact id."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"QN-06"}
MESSAGE = "distinguish two jobs"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:
        same = (row.qname for row in rows if row.qname.casefold() == qname.casefold())
        return changes.upsert_status(rows, next(same, qname), status)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
