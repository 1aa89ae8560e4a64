"""load_all gives a job no fire time if it does not know its status."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import SchedulerJobRecord, SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"LD-07"}
MESSAGE = "loads like any other"


_KNOWN = {status.value for status in SchedulerJobStatus}


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def restore(rows: Iterable[Row]) -> list[SchedulerJobRecord]:
        return changes.restore(
            row if row.status in _KNOWN else replace(row, next_fire_at=None) for row in rows
        )


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
