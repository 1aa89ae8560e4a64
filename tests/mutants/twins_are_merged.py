"""An upsert keeps one row of each qname."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    Schedule,
    SchedulerJobStatus,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-05", "UP-07"}
MESSAGE = "adds none"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:

        return _merged(changes.upsert_status(rows, qname, status))

    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:
        return _merged(changes.upsert_schedule(rows, qname, schedule, next_fire_at))


def _merged(rows: Sequence[Row]) -> list[Row]:
    first = {row.qname: row for row in reversed(rows)}
    return [first[qname] for qname in dict.fromkeys(row.qname for row in rows)]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
