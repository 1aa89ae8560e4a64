"""A document of nothing but white space loads as one without rows."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"ER-01"}
MESSAGE = "for a document that is not valid JSON"


class Defective(SystemLabelSchedulerPersistence):
    """The reference, more lenient than it may be."""

    def load_all(self) -> list[SchedulerJobRecord]:
        """No jobs where there is nothing but white space."""
        try:
            return super().load_all()
        except SchedulerPersistenceError as refusal:
            if isinstance(refusal.__cause__, ValueError) and not self.sidecar.read_bytes().strip():
                return []
            raise


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
