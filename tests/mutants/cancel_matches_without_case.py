"""cancel compares ids without their case."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.rows import Row

BREAKS = {"CX-03"}
MESSAGE = "matches the whole dotted id"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def remove(rows: Sequence[Row], qname: str) -> list[Row]:
        return [row for row in rows if row.qname.casefold() != qname.casefold()]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
