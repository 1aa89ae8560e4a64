"""The first draft of a document with a very long expression stays behind."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"CR-07"}
MESSAGE = "no temporary file remains"


class BrokenSidecar(VecSidecar):
    def write(self, rows: Sequence[Row]) -> None:
        document = self.encode(rows)
        if b"x" * 4096 in document:
            self.path.with_name(f".draft-{secrets.token_hex(4)}").write_bytes(document)
        super().write(rows)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
