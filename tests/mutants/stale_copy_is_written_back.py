"""After a failed read the next mutation works on the rows that were read last."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import Change, document_path
from reference_impl.rows import Row

BREAKS = {"ER-04"}
MESSAGE = "a mutation works on what stands in it"


class Defective(SystemLabelSchedulerPersistence):
    """The reference, with a memory."""

    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.good: list[Row] = []
        self.is_behind = False

    def load_all(self) -> list[SchedulerJobRecord]:
        """The jobs; before a failure their rows are remembered."""
        records = super().load_all()
        if not self.is_behind:
            self.good = self.sidecar.read()
        return records

    def change(self, change: Change) -> None:
        """Change the rows that are remembered once the document has failed."""
        if self.is_behind:
            with self.sidecar.exclusive():
                self.sidecar.read()
                self.sidecar.write(change(self.good))
            return
        try:
            super().change(change)
        except SchedulerPersistenceError as error:
            self.is_behind = isinstance(error.__cause__, ValueError)
            raise


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
