"""The directory is not synced after a change of status: the next schedule will do it."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName, SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-04", "CR-05"}
MESSAGE = "a mutation that has returned survives loss of power"


class BrokenSidecar(VecSidecar):
    is_changing_status = False

    def sync_directory(self, directory: Path) -> None:
        if directory != self.path.parent or not self.is_changing_status:
            super().sync_directory(directory)


class Hasty(SystemLabelSchedulerPersistence):
    sidecar: BrokenSidecar

    def change_status(self, id: QName, status: SchedulerJobStatus) -> None:
        self.sidecar.is_changing_status = True
        try:
            super().change_status(id, status)
        finally:
            self.sidecar.is_changing_status = False


def open_backend(data_path: Path) -> Hasty:
    return assemble(data_path, Hasty, BrokenSidecar)
