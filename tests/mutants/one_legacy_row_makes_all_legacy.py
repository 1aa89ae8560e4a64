"""A single row without schedule makes all rows load as Manual."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble, spelled_rows

from conformance.contract.records import (
    Manual,
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"LD-03"}
MESSAGE = "each with the values that stand in it"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        found = spelled_rows(self.sidecar)
        legacy = any(isinstance(given, dict) and "schedule" not in given for _, given in found)
        records = self.restore([row for row, _ in found])
        return [replace(record, schedule=Manual()) if legacy else record for record in records]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
