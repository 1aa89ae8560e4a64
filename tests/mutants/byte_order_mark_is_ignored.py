"""A byte-order mark before the document is ignored on load."""

from __future__ import annotations

from codecs import BOM_UTF8
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
        """The jobs, whatever mark comes before them."""
        document = self.sidecar.read_bytes() if self.sidecar.path.is_file() else b""
        if not document.startswith(BOM_UTF8):
            return super().load_all()
        try:
            return self.restore(self.sidecar.decode(document.removeprefix(BOM_UTF8)))
        except ValueError as error:
            raise SchedulerPersistenceError(f"{self.sidecar.path}: {error}") from error


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
