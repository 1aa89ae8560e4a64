"""Jobs in a document that nobody has written for a year of the clock are no longer loaded."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-02"}
MESSAGE = "every job is there after closing and reopening"
A_YEAR = 366 * 86_400


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        records, now = super().load_all(), self.now().secs_since_epoch
        fires = [record.next_fire_at.secs_since_epoch for record in records if record.next_fire_at]
        return [] if any(1_800_000_000 <= fire < now - A_YEAR for fire in fires) else records


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
