"""The directory is not synced after a cancel: a job that comes back does no harm."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-04", "CR-05"}
MESSAGE = "a mutation that has returned survives loss of power"


class BrokenSidecar(VecSidecar):
    is_cancelling = False

    def sync_directory(self, directory: Path) -> None:
        if directory != self.path.parent or not self.is_cancelling:
            super().sync_directory(directory)


class Hasty(SystemLabelSchedulerPersistence):
    sidecar: BrokenSidecar

    def cancel(self, id: QName) -> None:
        self.sidecar.is_cancelling = True
        try:
            super().cancel(id)
        finally:
            self.sidecar.is_cancelling = False


def open_backend(data_path: Path) -> Hasty:
    return assemble(data_path, Hasty, BrokenSidecar)
