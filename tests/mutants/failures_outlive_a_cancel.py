"""A job recorded again after cancel finds its old failures."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import QName, SystemTime
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CX-05"}
MESSAGE = "starts from the defaults"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.failures: dict[str, int] = {}

    def cancel(self, id: QName) -> None:
        self.failures |= {row.qname: row.consecutive_failures for row in self.sidecar.read()}
        super().cancel(id)

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        super().record_started(id, started_at)
        old = self.failures.get(str(id), 0)
        if old:
            self.change(lambda rows: [replace(row, consecutive_failures=old) for row in rows])


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
