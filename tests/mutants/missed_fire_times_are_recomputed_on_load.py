"""load_all recomputes a fire time that has passed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-07"}
MESSAGE = "loading does not recompute it"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:

        now = self.now()
        return [
            replace(record, next_fire_at=self.next_after(record.schedule, now))
            if record.next_fire_at is not None and record.next_fire_at < now
            else record
            for record in super().load_all()
        ]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
