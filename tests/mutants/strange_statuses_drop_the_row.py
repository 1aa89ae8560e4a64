"""load_all leaves out rows with a status that no version wrote."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    SchedulerJobRecord,
    SchedulerJobStatus,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"LD-07"}
MESSAGE = "a row with any status loads"


_KNOWN = {status.value for status in SchedulerJobStatus}


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def restore(rows: Iterable[Row]) -> list[SchedulerJobRecord]:
        return changes.restore(row for row in rows if row.status in _KNOWN)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
