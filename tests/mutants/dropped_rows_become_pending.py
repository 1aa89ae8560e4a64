"""A row that load_all drops is written back as Pending."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row, restore_qname

BREAKS = {"QN-05"}
MESSAGE = "when other jobs are mutated"


class BrokenSidecar(VecSidecar):
    def write(self, rows: Sequence[Row]) -> None:
        super().write([row if restore_qname(row.qname) else replace(row, status="Pending") for row in rows])


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
