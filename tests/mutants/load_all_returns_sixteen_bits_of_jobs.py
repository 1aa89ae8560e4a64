"""load_all returns no more than 65535 jobs."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-02"}
MESSAGE = "load_all returns every row of a document, however many there are"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        return super().load_all()[:65535]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
