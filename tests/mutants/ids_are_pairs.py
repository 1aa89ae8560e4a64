"""(a, b.c) and (a.b, c) are two jobs to the same open backend: it keeps ids as pairs."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"QN-07", "UP-06"}
MESSAGE = "are one job"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.pairs: dict[str, QName] = {}

    def cancel(self, id: QName) -> None:
        if self.pairs.get(str(id), id) == id:
            super().cancel(id)

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self.pairs[str(id)] = id
        super().record_started(id, started_at)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
