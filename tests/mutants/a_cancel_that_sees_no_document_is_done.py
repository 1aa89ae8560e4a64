"""A cancel is done where there seems to be no document: also where one cannot be seen."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from conformance.contract.records import QName
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CR-08", "ER-06"}
MESSAGE = "reported as the backend's error"


class Broken(SystemLabelSchedulerPersistence):
    def cancel(self, id: QName) -> None:
        if os.path.exists(self.sidecar.path):  # noqa: PTH110 - pathlib's does not pass over every error
            super().cancel(id)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
