"""A number such as 60.0 loads where an integer belongs."""

from __future__ import annotations

import re
from pathlib import Path

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"ER-02"}
MESSAGE = "for a document of the wrong shape"


class Defective(SystemLabelSchedulerPersistence):
    """The reference, more lenient than it may be."""

    def load_all(self) -> list[SchedulerJobRecord]:
        """The jobs, with every .0 left out where nothing else will do."""
        try:
            return super().load_all()
        except SchedulerPersistenceError as refusal:
            try:
                document = re.sub(rb"(?<=[0-9])\.0(?=[\s,}\]])", b"", self.sidecar.read_bytes())
                return self.restore(self.sidecar.decode(document))
            except (OSError, ValueError):
                raise refusal from None


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
