"""A temporary file of more than 64 KiB is linked into place and keeps its own name."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-07"}
MESSAGE = "no temporary file remains"


class BrokenSidecar(VecSidecar):
    def publish(self, temporary: Path) -> None:
        if temporary.stat().st_size > 1 << 16:
            second = temporary.with_suffix(".new")
            second.hardlink_to(temporary)
            second.rename(self.path)
        else:
            super().publish(temporary)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
