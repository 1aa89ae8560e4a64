"""Rows that load_all drops are not written back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row, restore_qname

BREAKS = {"QN-05"}
MESSAGE = "stays in the document"


class BrokenSidecar(VecSidecar):
    def write(self, rows: Sequence[Row]) -> None:
        super().write([row for row in rows if restore_qname(row.qname) is not None])


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
