"""A job that runs is not cancelled."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CX-01"}
MESSAGE = "is gone"


class Broken(SystemLabelSchedulerPersistence):
    def cancel(self, id: QName) -> None:
        if not any(row.qname == str(id) and row.status == "Running" for row in self.sidecar.read()):
            super().cancel(id)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
