"""cancel goes through all rows again for each row that it removes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row

BREAKS = {"SE-03"}
MESSAGE = "grows in step with the size"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def remove(rows: Sequence[Row], qname: str) -> list[Row]:
        left = list(rows)
        while any(row.qname == qname for row in left):
            found = max(place for place, row in enumerate(left) if row.qname == qname)
            left = [row for place, row in enumerate(left) if place != found]
        return left


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
