"""record_finished stores finished_at as a known job's next_fire_at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.records import (
    QName,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row, store_instant

BREAKS = {"ST-05", "UP-02"}
MESSAGE = "are not stored"


class Broken(SystemLabelSchedulerPersistence):
    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        known = next((row for row in self.sidecar.read() if row.qname == str(id)), None)
        super().record_finished(id, finished_at, success)
        if known is not None:
            self.change(lambda rows: _noted_in_first(rows, str(id), finished_at))


def _noted_in_first(rows: Sequence[Row], qname: str, at: SystemTime) -> list[Row]:
    place = next(place for place, row in enumerate(rows) if row.qname == qname)
    return [*rows[:place], _noted(rows[place], at), *rows[place + 1 :]]


def _noted(row: Row, at: SystemTime) -> Row:
    return with_members(row, next_fire_at=store_instant(at))


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
