"""A mutation of a document that cannot be read begins a new one over it."""

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
        """Begin anew where the document makes no sense."""
        try:
            super().change(change)
        except SchedulerPersistenceError as error:
            if not isinstance(error.__cause__, ValueError):
                raise
            with self.sidecar.exclusive():
                self.sidecar.write(change([]))


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
