"""The reader descends into nested values by recursion, and a deep document exhausts the stack."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"SE-03", "LD-04"}
MESSAGE = "nothing but SchedulerPersistenceError comes out of"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        _descend(document.count(b"[" * 16))
        return super().decode(document)


def _descend(levels: int) -> None:
    if levels > 0:
        _descend(levels - 1)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
