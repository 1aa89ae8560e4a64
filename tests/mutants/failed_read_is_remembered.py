"""Once the document could not be read the open backend refuses everything."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"ER-04"}
MESSAGE = "load_all succeeds"


class Defective(SystemLabelSchedulerPersistence):
    """The reference, unforgiving."""

    failure: SchedulerPersistenceError | None = None

    def load_all(self) -> list[SchedulerJobRecord]:
        """The jobs, unless they could not be read once."""
        if self.failure is not None:
            raise self.failure
        try:
            return super().load_all()
        except SchedulerPersistenceError as error:
            if isinstance(error.__cause__, ValueError):
                self.failure = error
            raise


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
