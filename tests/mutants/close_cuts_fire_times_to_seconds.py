"""Closing writes the jobs anew, their fire times in whole seconds."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row, StoredInstant

BREAKS = {"RT-02", "RT-07", "FM-05"}
MESSAGE = "after closing and reopening"


class Broken(SystemLabelSchedulerPersistence):
    def close(self) -> None:
        with suppress(SchedulerPersistenceError):
            if self.sidecar.read():
                self.change(lambda rows: [_cut(row) for row in rows])


def _cut(row: Row) -> Row:
    at = row.next_fire_at
    return row if at is None else with_members(row, next_fire_at=StoredInstant(at.secs_since_epoch, 0))


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
