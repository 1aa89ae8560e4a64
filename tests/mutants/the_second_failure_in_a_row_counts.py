"""The second failure that one session sees of a job is counted."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.records import (
    QName,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"ST-04"}
MESSAGE = "an operation leaves the row it should"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.failed: set[str] = set()

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        super().record_finished(id, finished_at, success)
        if success:
            self.failed.discard(str(id))
        elif str(id) in self.failed:
            self.change(lambda rows: [_counted(row) if row.qname == str(id) else row for row in rows])
        else:
            self.failed.add(str(id))

    def cancel(self, id: QName) -> None:
        super().cancel(id)
        self.failed.discard(str(id))


def _counted(row: Row) -> Row:
    return with_members(row, consecutive_failures=row.consecutive_failures + 1)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
