"""cancel of an unknown job removes the row at its place, -1."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"CX-02"}
MESSAGE = "changes no row"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def remove(rows: Sequence[Row], qname: str) -> list[Row]:
        known = any(row.qname == qname for row in rows)
        return changes.remove(rows, qname) if known else list(rows[:-1])


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
