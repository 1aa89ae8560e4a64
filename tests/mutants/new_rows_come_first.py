"""A new row is put before the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobStatus
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"UP-08"}
MESSAGE = "a new row is appended"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:
        changed = changes.upsert_status(rows, qname, status)
        return changed[-1:] + changed[:-1] if len(changed) > len(rows) else changed


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
