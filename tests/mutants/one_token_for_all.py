"""All restored records share one cancellation token."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import CancellationToken, SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-12"}
MESSAGE = "fresh, untripped cancellation token"


class Broken(SystemLabelSchedulerPersistence):
    token = CancellationToken()

    def load_all(self) -> list[SchedulerJobRecord]:
        return [replace(record, cancel=self.token) for record in super().load_all()]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
