"""The first mutation writes rows without next_fire_at back as due at the epoch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from _base import assemble, spelled_rows
from msgspec.structs import replace as with_members

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.persistence import Change
from reference_impl.rows import Row, StoredInstant

BREAKS = {"LD-06"}
MESSAGE = "gets the defaults"


class Broken(SystemLabelSchedulerPersistence):
    def change(self, change: Change) -> None:
        def completed(rows: Sequence[Row]) -> list[Row]:
            given = [each for _, each in spelled_rows(self.sidecar)]
            return change([_completed(row, each) for row, each in zip(rows, given, strict=True)])

        super().change(completed)


def _completed(row: Row, given: Any) -> Row:
    if isinstance(given, dict) and "next_fire_at" not in given:
        return with_members(row, next_fire_at=StoredInstant(0, 0))
    return row


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
