"""The members of a duration and an instant are read by position."""

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

BREAKS = {"LD-08"}
MESSAGE = "member order"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        return [
            _in_order(record, given)
            for row, given in spelled_rows(self.sidecar)
            for record in self.restore([row])
        ]


def _in_order(record: SchedulerJobRecord, given: Any) -> SchedulerJobRecord:
    at = given.get("next_fire_at") if isinstance(given, dict) else None
    if isinstance(at, dict) and list(at) == ["nanos_since_epoch", "secs_since_epoch"]:
        nanos, secs = at.values()
        return replace(record, next_fire_at=SystemTime(nanos, secs % 1_000_000_000))
    return record


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
