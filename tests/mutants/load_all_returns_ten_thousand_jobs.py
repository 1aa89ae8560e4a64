"""load_all returns no more than 10000 jobs."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-02"}
MESSAGE = "every one of many jobs is loaded"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        return super().load_all()[:10000]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
