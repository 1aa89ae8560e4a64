"""Rows whose qname is a whole number come first, as the keys of an object do in JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"UP-08"}
MESSAGE = "an updated row keeps its position"


class BrokenSidecar(VecSidecar):
    def encode(self, rows: Sequence[Row]) -> bytes:
        return super().encode(sorted(rows, key=lambda row: not (row.qname.isascii() and row.qname.isdigit())))


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
