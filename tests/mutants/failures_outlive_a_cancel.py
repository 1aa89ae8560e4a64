"""A job recorded again after cancel gets its old consecutive_failures back."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.records import (
    QName,
)
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import Change
from reference_impl.rows import Row

BREAKS = {"CX-05"}
MESSAGE = "one that was never seen"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.buried: dict[str, int] = {}

    def cancel(self, id: QName) -> None:
        self.buried |= {
            row.qname: row.consecutive_failures for row in self.sidecar.read() if row.qname == str(id)
        }
        super().cancel(id)

    def change(self, change: Change) -> None:
        super().change(change)
        if any(self.buried.get(row.qname) for row in self.sidecar.read()):
            super().change(lambda rows: [_risen(row, self.buried.pop(row.qname, 0)) for row in rows])


def _risen(row: Row, failures: int) -> Row:
    return with_members(row, consecutive_failures=failures) if failures else row


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
