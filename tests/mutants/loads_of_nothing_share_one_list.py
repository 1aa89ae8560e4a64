"""Every load of an open backend that finds nothing returns the same list."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"RT-11"}
MESSAGE = "a caller may do with the list it was given what it will"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.no_records: list[SchedulerJobRecord] = []

    def load_all(self) -> list[SchedulerJobRecord]:
        return super().load_all() or self.no_records


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
