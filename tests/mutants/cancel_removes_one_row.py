"""cancel removes the first of several rows only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row

BREAKS = {"CX-04"}
MESSAGE = "removes every row"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def remove(rows: Sequence[Row], qname: str) -> list[Row]:
        place = next((place for place, row in enumerate(rows) if row.qname == qname), len(rows))
        return [*rows[:place], *rows[place + 1 :]]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
