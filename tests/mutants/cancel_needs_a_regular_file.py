"""cancel has nothing to do where the document is no regular file that it may look at."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import QName
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CR-08", "ER-06", "SE-04"}
MESSAGE = "where the document is out of reach"


class Broken(SystemLabelSchedulerPersistence):
    def cancel(self, id: QName) -> None:
        if self.sidecar.path.is_file():
            super().cancel(id)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
