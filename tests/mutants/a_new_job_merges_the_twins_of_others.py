"""A new job is added to a map by qname: of several rows of another job one is left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import Schedule, SchedulerJobStatus, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-05"}
MESSAGE = "changes no row of another"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:
        return _merged_if_new(rows, changes.upsert_status(rows, qname, status))

    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:
        return _merged_if_new(rows, changes.upsert_schedule(rows, qname, schedule, next_fire_at))


def _merged_if_new(before: Sequence[Row], after: list[Row]) -> list[Row]:
    if len(after) == len(before):
        return after
    first = {row.qname: row for row in reversed(after)}
    return [row for row in after if row is first[row.qname]]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
