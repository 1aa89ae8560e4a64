"""Rows have a member more, last_started_at, once a start has been recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    QName,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"ST-05", "FM-02"}
MESSAGE = "are not stored"


class BrokenSidecar(VecSidecar):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.started: dict[str, int] = {}

    def encode(self, rows: Sequence[Row]) -> bytes:
        document = json.loads(super().encode(rows))
        for row in document:
            if row["qname"] in self.started:
                row["last_started_at"] = self.started[row["qname"]]
        return json.dumps(document, indent=2, ensure_ascii=False).encode("utf-8")


class Broken(SystemLabelSchedulerPersistence):
    def record_started(self, id: QName, started_at: SystemTime) -> None:
        assert isinstance(self.sidecar, BrokenSidecar)
        self.sidecar.started[str(id)] = started_at.secs_since_epoch
        super().record_started(id, started_at)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken, BrokenSidecar)
