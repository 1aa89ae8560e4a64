"""A job recorded again after a cancel is restored with the token that the cancel tripped."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"RT-12"}
MESSAGE = "a fresh, untripped cancellation token"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.cancelled: set[str] = set()

    def cancel(self, id: QName) -> None:
        super().cancel(id)
        self.cancelled.add(str(id))

    def load_all(self) -> list[SchedulerJobRecord]:
        records = super().load_all()
        for record in records:
            if str(record.id) in self.cancelled:
                record.cancel.cancel()
        return records


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
