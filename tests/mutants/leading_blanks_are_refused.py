"""A document that begins with white space is refused."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-08"}
MESSAGE = "load_all succeeds"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        if document[:1].isspace():
            raise ValueError("a document begins with a bracket")
        return super().decode(document)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
