"""load_all puts its answer together from two readings of the document."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CC-03"}
MESSAGE = "returns a state that existed"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        first, second = super().load_all(), super().load_all()
        if [record.id for record in first] != [record.id for record in second]:
            return second
        return [pair[place % 2] for place, pair in enumerate(zip(first, second, strict=True))]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
