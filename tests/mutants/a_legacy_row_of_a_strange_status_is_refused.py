"""The reader of rows without schedule knows the statuses of its time only."""

from __future__ import annotations

from pathlib import Path

from _base import assemble, spelled

from conformance.contract.records import SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-07"}
MESSAGE = "load_all succeeds"


_KNOWN = {status.value for status in SchedulerJobStatus}


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        rows = super().decode(document)
        for given in spelled(document, len(rows)):
            if isinstance(given, dict) and "schedule" not in given and given["status"] not in _KNOWN:
                raise ValueError(f"unknown status {given['status']!r}")
        return rows


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
