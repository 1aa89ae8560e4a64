"""A row that is Running and has a next fire time is restored as started then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"RT-12"}
MESSAGE = "knows of no run"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def restore(rows: Iterable[Row]) -> list[SchedulerJobRecord]:
        rows = list(rows)
        running = {row.qname for row in rows if row.status == "Running"}
        return [
            replace(record, last_started_at=record.next_fire_at) if str(record.id) in running else record
            for record in changes.restore(rows)
        ]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
