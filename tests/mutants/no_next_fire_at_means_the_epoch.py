"""A row without next_fire_at loads as due at the epoch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from _base import assemble, spelled_rows

from conformance.contract.records import (
    SchedulerJobRecord,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"LD-02"}
MESSAGE = "loads without one"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        return [
            _filled(record, given)
            for row, given in spelled_rows(self.sidecar)
            for record in self.restore([row])
        ]


def _filled(record: SchedulerJobRecord, given: Any) -> SchedulerJobRecord:
    if isinstance(given, dict) and "schedule" in given and "next_fire_at" not in given:
        return replace(record, next_fire_at=SystemTime(0, 0))
    return record


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
