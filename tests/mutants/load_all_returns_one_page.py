"""load_all returns the first page of 500 jobs and no more."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"RT-02", "FM-05"}
MESSAGE = "every one of many jobs is loaded"


class Defective(SystemLabelSchedulerPersistence):
    """The reference, with a page."""

    def load_all(self) -> list[SchedulerJobRecord]:
        """The first page."""
        return super().load_all()[:500]


def open_backend(data_path: Path) -> Defective:
    """The backend with the defect, on `data_path`."""
    return Defective(VecSidecar(document_path(data_path)))
