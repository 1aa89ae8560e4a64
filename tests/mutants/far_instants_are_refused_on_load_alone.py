"""A document with an instant beyond 2^63 seconds is refused by load_all, and rewritten by a mutation."""

from __future__ import annotations

import json
from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.persistence import Change

BREAKS = {"ER-03"}
MESSAGE = "a mutation fails on an unreadable document"
_FAR = b'"secs_since_epoch": 9223372036854775808'


class Broken(SystemLabelSchedulerPersistence):
    def change(self, change: Change) -> None:
        try:
            super().change(change)
        except SchedulerPersistenceError as error:
            document = self.sidecar.read_bytes() if isinstance(error.__cause__, ValueError) else b""
            if _FAR not in document:
                raise
            self.sidecar.replace(json.dumps(json.loads(document)).encode())


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
