"""A row without schedule loads with an empty cron expression."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from _base import assemble, spelled_rows

from conformance.contract.records import (
    Cron,
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"LD-01"}
MESSAGE = "loads as Manual"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        return [
            _filled(record, given)
            for row, given in spelled_rows(self.sidecar)
            for record in self.restore([row])
        ]


def _filled(record: SchedulerJobRecord, given: Any) -> SchedulerJobRecord:
    if isinstance(given, dict) and "schedule" not in given:
        return replace(record, schedule=Cron(""))
    return record


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
