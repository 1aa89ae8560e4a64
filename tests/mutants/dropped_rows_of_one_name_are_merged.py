"""Of several rows of one name that load_all drops the first is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row, restore_qname

BREAKS = {"QN-05"}
MESSAGE = "when other jobs are mutated"


class BrokenSidecar(VecSidecar):
    def write(self, rows: Sequence[Row]) -> None:
        first = {row.qname: row for row in reversed(rows)}
        super().write([row for row in rows if restore_qname(row.qname) or row is first[row.qname]])


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
