"""record_scheduled always appends a row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    Schedule,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-01", "UP-03", "UP-06", "UP-07", "UP-08", "NF-07"}
MESSAGE = "still one record"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:

        return [*rows, *changes.upsert_schedule([], qname, schedule, next_fire_at)]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
