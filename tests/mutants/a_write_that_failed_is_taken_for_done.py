"""A document is not written twice in a row, and one whose write failed counts as written."""

from __future__ import annotations

from pathlib import Path

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"CR-08", "ER-04"}
MESSAGE = "a system call that fails is reported as the backend's error"


class BrokenSidecar(VecSidecar):
    last_written: bytes | None = None

    def replace(self, document: bytes) -> None:
        if document != self.last_written:
            self.last_written = document
            super().replace(document)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return SystemLabelSchedulerPersistence(BrokenSidecar(document_path(data_path)))
