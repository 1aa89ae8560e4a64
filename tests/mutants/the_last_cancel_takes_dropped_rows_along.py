"""When no job that loads is left, the document becomes [], whatever else it holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl import rows as changes
from reference_impl.rows import Row, restore_qname

BREAKS = {"QN-05"}
MESSAGE = "when the last job that loads is cancelled"


class Broken(SystemLabelSchedulerPersistence):
    @staticmethod
    def remove(rows: Sequence[Row], qname: str) -> list[Row]:
        left = changes.remove(rows, qname)
        return left if any(restore_qname(row.qname) for row in left) else []


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
