"""load_all stops at the first row whose qname has no dot."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"QN-03"}
MESSAGE = "the other rows load"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def restore(rows: Iterable[Row]) -> list[SchedulerJobRecord]:
        found: list[Row] = []
        for row in rows:
            if "." not in row.qname and row.qname:
                break
            found.append(row)
        return changes.restore(found)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
