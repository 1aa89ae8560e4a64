"""The document is opened without waiting, and whatever is found in its place is read like a file."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"SE-04"}
MESSAGE = "every operation is refused where something else lies in the document's place"


class BrokenSidecar(VecSidecar):
    def read_bytes(self) -> bytes:
        try:
            document = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return b""
        with os.fdopen(document, "rb") as found:
            return found.read()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
