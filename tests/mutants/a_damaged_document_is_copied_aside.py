"""Whoever cannot read the document leaves a copy of it beside it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"FM-01"}
MESSAGE = "leave no other file behind"


class Sidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        try:
            return super().decode(document)
        except ValueError:
            with suppress(OSError):
                self.path.with_name(f"{self.path.name}.corrupt").write_bytes(document)
            raise


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, Sidecar)
