"""A thousand million nanoseconds and more are cut off, not carried into the seconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from _base import assemble, spelled_rows

from conformance.contract.records import (
    Duration,
    Periodic,
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"LD-09"}
MESSAGE = "loads like the usual one"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        return [
            _uncarried(record, given)
            for row, given in spelled_rows(self.sidecar)
            for record in self.restore([row])
        ]


def _uncarried(record: SchedulerJobRecord, given: Any) -> SchedulerJobRecord:
    match given:
        case {"schedule": {"Periodic": {"secs": secs, "nanos": nanos}}} if nanos >= 1_000_000_000:
            return replace(record, schedule=Periodic(Duration(secs, nanos % 1_000_000_000)))
    return record


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
