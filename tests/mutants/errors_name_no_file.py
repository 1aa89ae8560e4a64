"""The error about an unreadable document does not say which."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path
from reference_impl.rows import Row

BREAKS = {"ER-05"}
MESSAGE = "names the file"


class Defective(VecSidecar):
    """The reference, short of words."""

    def read(self) -> list[Row]:
        """The rows."""
        try:
            return super().read()
        except SchedulerPersistenceError as error:
            raise SchedulerPersistenceError(f"cannot read: {type(error.__cause__).__name__}") from error


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    """The backend with the defect, on `data_path`."""
    return SystemLabelSchedulerPersistence(Defective(document_path(data_path)))
