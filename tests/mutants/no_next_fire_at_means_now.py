"""A row without next_fire_at loads as due now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from _base import assemble, spelled_rows

from conformance.contract.records import (
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"LD-02"}
MESSAGE = "loads without one"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        return [
            replace(record, next_fire_at=self.now()) if _is_due(given) else record
            for row, given in spelled_rows(self.sidecar)
            for record in self.restore([row])
        ]


def _is_due(given: Any) -> bool:
    return isinstance(given, dict) and "next_fire_at" not in given


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
