"""The third backend that a process opens on one data path shows no jobs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"RT-02"}
MESSAGE = "reopening changes no job"

_OPENED: Counter[Path] = Counter()


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        _OPENED[sidecar.path] += 1
        self.number = _OPENED[sidecar.path]

    def load_all(self) -> list[SchedulerJobRecord]:
        records = super().load_all()
        return [] if self.number == 3 else records


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
