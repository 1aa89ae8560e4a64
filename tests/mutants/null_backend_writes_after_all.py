"""The null backend keeps its jobs in the document."""

from __future__ import annotations

from pathlib import Path

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"FS-01"}
MESSAGE = "load_all of the null backend returns no records"


@target(conformance_class="memory")
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return SystemLabelSchedulerPersistence(VecSidecar(document_path(data_path)))
