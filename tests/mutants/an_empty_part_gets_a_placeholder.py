"""A row whose namespace or local name is empty loads under a placeholder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from _base import assemble
from msgspec.structs import replace as with_members

from conformance.contract.records import (
    SchedulerJobRecord,
)
from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row

BREAKS = {"QN-04"}
MESSAGE = "the other rows load"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def restore(rows: Iterable[Row]) -> list[SchedulerJobRecord]:
        return changes.restore(with_members(row, qname=_filled(row.qname)) for row in rows)


def _filled(qname: str) -> str:
    namespace, dot, local = qname.rpartition(".")
    return f"{namespace or '_'}.{local or '_'}" if dot else qname


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
