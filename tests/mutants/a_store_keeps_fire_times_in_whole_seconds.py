"""A store has a column for next fire times that holds whole seconds."""

from __future__ import annotations

from collections.abc import Sequence

from _log_store import Log, opener
from msgspec.structs import replace

from reference_impl.rows import Row

BREAKS = {"RT-07"}
MESSAGE = "next_fire_at comes back to the nanosecond"


class BrokenLog(Log):
    def encode(self, rows: Sequence[Row]) -> bytes:
        return super().encode([_in_whole_seconds(row) for row in rows])


def _in_whole_seconds(row: Row) -> Row:
    return replace(row, next_fire_at=row.next_fire_at and replace(row.next_fire_at, nanos_since_epoch=0))


open_backend = opener(BrokenLog)
