"""consecutive_failures loads as 255 at most."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-08"}
MESSAGE = "consecutive_failures comes back"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        return [
            replace(record, consecutive_failures=min(record.consecutive_failures, 255))
            for record in super().load_all()
        ]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
