"""A row without consecutive_failures loads as if it had none."""

from __future__ import annotations

import json
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
        """The jobs, those without failures completed."""
        try:
            return super().load_all()
        except SchedulerPersistenceError as refusal:
            try:
                rows = json.loads(self.sidecar.read_bytes().decode())
                complete = [{"consecutive_failures": 0} | row for row in rows]
                return self.restore(self.sidecar.decode(json.dumps(complete).encode()))
            except (OSError, ValueError, TypeError, RecursionError):
                raise refusal from None


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
