"""A mutation fails on a document that cannot be read, but moves it aside."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import Change, document_path

BREAKS = {"ER-03"}
MESSAGE = "leaves an unreadable document byte for byte as it was"


class Defective(SystemLabelSchedulerPersistence):
    """The reference, quick to repair."""

    def change(self, change: Change) -> None:
        """Move away what makes no sense, so that the next call can begin anew."""
        try:
            super().change(change)
        except SchedulerPersistenceError as error:
            if isinstance(error.__cause__, ValueError):
                self.sidecar.path.rename(self.sidecar.path.with_suffix(".damaged"))
            raise


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
