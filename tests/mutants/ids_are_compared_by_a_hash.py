"""Ids are compared by a hash of 32 bits, the one of Java's strings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from conformance.contract.records import Schedule, SchedulerJobStatus, SystemTime
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

    @staticmethod
    def upsert_status(rows: Sequence[Row], qname: str, status: SchedulerJobStatus) -> list[Row]:
        return changes.upsert_status(rows, _known(rows, qname), status)


def _known(rows: Sequence[Row], qname: str) -> str:
    wanted = _hash(qname)
    return next((row.qname for row in rows if _hash(row.qname) == wanted), qname)


def _hash(text: str) -> int:
    value = 0
    for character in text:
        value = (value * 31 + ord(character)) & 0xFFFFFFFF
    return value


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
