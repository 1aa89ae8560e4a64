"""Cancelling a job that is not there writes back the rows that load_all shows, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"CX-02"}
MESSAGE = "cancel of an unknown job changes no row"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def remove(rows: Sequence[Row], qname: str) -> list[Row]:
        left = changes.remove(rows, qname)
        return left if len(left) < len(rows) else [row for row in rows if changes.restore_qname(row.qname)]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
