"""Members are matched without regard to case, as Go's encoding/json does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from _base import assemble, spelled_rows

from conformance.contract.records import (
    Cron,
    SchedulerJobRecord,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"LD-04"}
MESSAGE = "unknown member"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        return [
            _matched(record, given)
            for row, given in spelled_rows(self.sidecar)
            for record in self.restore([row])
        ]


def _matched(record: SchedulerJobRecord, given: Any) -> SchedulerJobRecord:
    names = {name.lower() for name in given if name != name.lower()} if isinstance(given, dict) else set()
    if "schedule" in names:
        record = replace(record, schedule=Cron(""))
    if "next_fire_at" in names:
        record = replace(record, next_fire_at=SystemTime(0, 0))
    return record


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
