"""Rows after a current one load only if they have a schedule too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from _base import assemble, spelled_rows

from conformance.contract.records import (
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"LD-03"}
MESSAGE = "each with the values that stand in it"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        found = spelled_rows(self.sidecar)
        if found and _is_current(found[0][1]):
            found = [(row, given) for row, given in found if _is_current(given)]
        return self.restore([row for row, _ in found])


def _is_current(given: Any) -> bool:
    return not isinstance(given, dict) or "schedule" in given


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
