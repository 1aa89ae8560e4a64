"""The new document is linked into place, and its temporary name remains."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-07", "FM-01"}
MESSAGE = "no temporary file remains"


class BrokenSidecar(VecSidecar):
    def publish(self, temporary: Path) -> None:
        second = temporary.with_suffix(".new")
        second.hardlink_to(temporary)
        second.rename(self.path)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
