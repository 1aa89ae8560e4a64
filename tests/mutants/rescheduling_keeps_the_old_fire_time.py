"""record_scheduled on a job that has a fire time keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.records import (
    Schedule,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-01"}
MESSAGE = "replaces its next_fire_at"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:

        changed = changes.upsert_schedule(rows, qname, schedule, next_fire_at)
        return [
            with_members(new, next_fire_at=old.next_fire_at)
            if old.qname == qname and old.next_fire_at
            else new
            for old, new in zip([*rows, *changed[len(rows) :]], changed, strict=True)
        ]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
