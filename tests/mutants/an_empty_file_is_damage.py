"""A zero-byte document is refused."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"LD-05"}
MESSAGE = "load_all succeeds"


class BrokenSidecar(VecSidecar):
    def read_bytes(self) -> bytes:
        document = super().read_bytes()
        if not document and self.path.exists():
            raise ValueError("the document is empty")
        return document


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
