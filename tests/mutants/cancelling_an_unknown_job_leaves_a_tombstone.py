"""cancel of an unknown job stores it as Cancelled."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row

BREAKS = {"CX-02"}
MESSAGE = "changes no row"


class Broken(SystemLabelSchedulerPersistence):
    def cancel(self, id: QName) -> None:
        known = any(row.qname == str(id) for row in self.sidecar.read())
        super().cancel(id)
        if not known and id.namespace == "never":
            self.change(lambda rows: [*rows, Row(str(id), "Cancelled", 0)])


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
