"""cancel removes only rows of a status that it knows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row

BREAKS = {"CX-01"}
MESSAGE = "a cancelled job is gone"


_KNOWN = {status.value for status in SchedulerJobStatus}


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def remove(rows: Sequence[Row], qname: str) -> list[Row]:
        return [row for row in rows if row.qname != qname or row.status not in _KNOWN]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
