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
        try:
            return super().load_all()
        except SchedulerPersistenceError as refusal:
            try:
                document = self.sidecar.read_bytes().removeprefix(BOM_UTF8)
                return self.restore(self.sidecar.decode(document))
            except (OSError, ValueError):
                raise refusal from None


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
