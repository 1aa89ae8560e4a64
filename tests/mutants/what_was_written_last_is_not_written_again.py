"""A document like the one that was written last is not written, whatever stands there now."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"ER-04"}
MESSAGE = "a mutation works on what stands in it"


class BrokenSidecar(VecSidecar):
    last_written: bytes | None = None

    def replace(self, document: bytes) -> None:
        if document != self.last_written:
            super().replace(document)
            self.last_written = document


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
