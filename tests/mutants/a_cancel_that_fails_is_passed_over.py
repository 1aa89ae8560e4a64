"""A cancel that cannot be written succeeds all the same: the next one will do."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CR-08"}
MESSAGE = "a system call that fails is reported as the backend's error"


class Broken(SystemLabelSchedulerPersistence):
    def cancel(self, id: QName) -> None:
        self.sidecar.read()
        try:
            super().cancel(id)
        except SchedulerPersistenceError as error:
            if not isinstance(error.__cause__, OSError):
                raise


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
