"""The members of a duration change places where its nanoseconds are 0 and the job failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from _base import assemble

from conformance.contract.records import Duration, Periodic, SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"RT-03"}
MESSAGE = "load_all restores schedule as it should"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def restore(rows: Iterable[Row]) -> list[SchedulerJobRecord]:
        rows = list(rows)
        failed = {row.qname for row in rows if row.status == "FailedRetrying"}
        return [_swapped(record) if str(record.id) in failed else record for record in changes.restore(rows)]


def _swapped(record: SchedulerJobRecord) -> SchedulerJobRecord:
    match record.schedule:
        case Periodic(Duration(secs, 0)) if secs < 1_000_000_000:
            return replace(record, schedule=Periodic(Duration(0, secs)))
    return record


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
