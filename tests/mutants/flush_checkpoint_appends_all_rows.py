"""flush_checkpoint appends every row once more."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"UP-06"}
MESSAGE = "at most one row"


class Broken(SystemLabelSchedulerPersistence):
    def flush_checkpoint(self) -> None:
        if self.sidecar.read():
            self.change(lambda rows: [*rows, *rows])


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
