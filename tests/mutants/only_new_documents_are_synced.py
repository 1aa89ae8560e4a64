"""The bytes that replace an older document are not synced, as if the rename did that."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-03", "CR-04", "CR-05"}
MESSAGE = "power lost at any point"


class BrokenSidecar(VecSidecar):
    def sync(self, descriptor: int) -> None:
        if self.existing_document() is None:
            super().sync(descriptor)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
