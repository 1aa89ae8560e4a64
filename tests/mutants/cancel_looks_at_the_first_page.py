"""cancel looks for its job among the first 500 rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"CX-01"}
MESSAGE = "a cancelled job is gone"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def remove(rows: Sequence[Row], qname: str) -> list[Row]:
        return [*changes.remove(rows[:500], qname), *rows[500:]]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
