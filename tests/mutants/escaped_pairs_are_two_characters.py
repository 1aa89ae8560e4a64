"""A character beyond the basic plane that is written as two escapes loads as two replacement characters."""

from __future__ import annotations

import re
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-08"}
MESSAGE = "a text is the same whether its characters are escaped or not"
PAIR = re.compile(rb'(\{"Cron": ?"[^"]*)\\u[dD][89abAB]..\\u[dD][c-fC-F]..')


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        return super().decode(PAIR.sub(rb"\1\\ufffd\\ufffd", document))


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
