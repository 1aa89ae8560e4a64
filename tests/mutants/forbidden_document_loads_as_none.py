"""load_all returns no jobs where it may not read the document."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"ER-06"}
MESSAGE = "load_all raises SchedulerPersistenceError where the document is out of reach"


class Defective(SystemLabelSchedulerPersistence):
    """The reference, more lenient than it may be."""

    def load_all(self) -> list[SchedulerJobRecord]:
        """The jobs that may be read."""
        try:
            return super().load_all()
        except SchedulerPersistenceError as error:
            if isinstance(error.__cause__, PermissionError):
                return []
            raise


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
