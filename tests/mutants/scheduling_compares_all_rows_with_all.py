"""record_scheduled looks for repeated rows by comparing every row with all before it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import Schedule, SystemTime
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row

BREAKS = {"SE-03"}
MESSAGE = "grows in step with the size"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:
        names = [row.qname for row in rows]
        if any(name != qname and names.index(name) < place for place, name in enumerate(names)):
            pass
        return SystemLabelSchedulerPersistence.upsert_schedule(rows, qname, schedule, next_fire_at)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
