"""A row without schedule loads without its failures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble, spelled_rows

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"LD-03"}
MESSAGE = "each with the values that stand in it"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        return [
            replace(record, consecutive_failures=0)
            if isinstance(given, dict) and "schedule" not in given
            else record
            for row, given in spelled_rows(self.sidecar)
            for record in self.restore([row])
        ]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
