"""Rows are kept by namespace in a plain object, which keeps nothing under __proto__, as in JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"RT-09"}
MESSAGE = "a qname comes back unchanged"


class BrokenSidecar(VecSidecar):
    def encode(self, rows: Sequence[Row]) -> bytes:
        return super().encode([row for row in rows if row.qname.rpartition(".")[0] != "__proto__"])


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
