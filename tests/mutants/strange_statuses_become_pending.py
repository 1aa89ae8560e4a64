"""A status that the enum does not know is written back as Pending."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace

from conformance.contract.records import SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-07"}
MESSAGE = "stays on disk"


class BrokenSidecar(VecSidecar):
    def write(self, rows: Sequence[Row]) -> None:
        known = {status.value for status in SchedulerJobStatus}
        super().write([row if row.status in known else replace(row, status="Pending") for row in rows])


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
