"""The temporary file of a mutation that failed stays where it is."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-13"}
MESSAGE = "leaves no temporary file behind"


class BrokenSidecar(VecSidecar):
    def discard(self, temporary: Path) -> None:
        """Leave it to whoever looks for what went wrong."""


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
