"""An upsert takes ids with one normal form for one job."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import (
    Schedule,
    SystemTime,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"QN-06"}
MESSAGE = "distinguish two jobs"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def upsert_schedule(
        rows: Sequence[Row], qname: str, schedule: Schedule, next_fire_at: SystemTime | None
    ) -> list[Row]:
        return changes.upsert_schedule(rows, _known(rows, qname), schedule, next_fire_at)


def _known(rows: Sequence[Row], qname: str) -> str:
    alike = [row.qname for row in rows if _form(row.qname) == _form(qname)]
    return alike[0] if alike else qname


def _form(qname: str) -> str:
    return unicodedata.normalize("NFC", qname)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
