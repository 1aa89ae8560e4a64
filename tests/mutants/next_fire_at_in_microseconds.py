"""next_fire_at is restored from microseconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobRecord, SystemTime
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"FM-05", "NF-01", "NF-02", "RT-07"}
MESSAGE = "to the nanosecond"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        return [replace(record, next_fire_at=_cut(record.next_fire_at)) for record in super().load_all()]


def _cut(at: SystemTime | None) -> SystemTime | None:
    return at and SystemTime(at.secs_since_epoch, at.nanos_since_epoch // 1000 * 1000)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
