"""A row spelled as an array is refused."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-09"}
MESSAGE = "load_all succeeds"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        if document[1:].lstrip().startswith(b"["):
            raise ValueError("a row is an object")
        return super().decode(document)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
