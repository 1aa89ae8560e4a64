"""cancel matches as SQL's LIKE does: % stands for anything, _ for any character."""

from __future__ import annotations

import re
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
        pattern = re.escape(qname).replace("%", ".*").replace("_", ".")
        return [row for row in rows if not re.fullmatch(pattern, row.qname, re.DOTALL)]


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
