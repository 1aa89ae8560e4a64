"""A document that nests a thousand deep is refused."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-04"}
MESSAGE = "load_all succeeds"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        if b"[" * 1000 in document or b'{"d":' * 1000 in document:
            raise ValueError("nested too deeply")
        return super().decode(document)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
