"""A status is set on the job's row as it was before the lock was taken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import QName, SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row

BREAKS = {"CC-02"}
MESSAGE = "some order of concurrent operations"


class Broken(SystemLabelSchedulerPersistence):
    def change_status(self, id: QName, status: SchedulerJobStatus) -> None:
        earlier = [row for row in self.sidecar.read() if row.qname == str(id)]

        def set_status(rows: Sequence[Row]) -> list[Row]:
            changed = self.upsert_status(rows, str(id), status)
            place = [row.qname for row in changed].index(str(id))
            if earlier:
                changed[place] = replace(earlier[0], status=status.value)
            return changed

        self.change(set_status)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
