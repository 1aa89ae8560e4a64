"""A second load_all on the same open backend returns nothing."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-11", "RT-07", "RT-12"}
MESSAGE = "loading twice"


class Broken(SystemLabelSchedulerPersistence):
    consumed = False

    def load_all(self) -> list[SchedulerJobRecord]:
        records = super().load_all()
        if self.consumed and len(records) > 1:
            return records[:-1]
        self.consumed = True
        return records


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
