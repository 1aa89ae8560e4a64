"""The line separators U+2028 and U+2029 are written as escapes, as for JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"FM-04"}
MESSAGE = "those that the released product would write"


class BrokenSidecar(VecSidecar):
    def encode(self, rows: Sequence[Row]) -> bytes:
        text = super().encode(rows).decode()
        return text.replace("\u2028", r"\u2028").replace("\u2029", r"\u2029").encode()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
