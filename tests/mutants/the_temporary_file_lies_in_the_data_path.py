"""The temporary file is written beside _system and moved into it."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-11"}
MESSAGE = "lies in the document's own directory"


class BrokenSidecar(VecSidecar):
    def temporary_path(self) -> Path:
        return self.path.parent.with_name(super().temporary_path().name)

    def publish(self, temporary: Path) -> None:
        super().publish(temporary)
        self.sync_directory(temporary.parent)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
