"""flush_checkpoint reads the document and writes it back, without the lock."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CC-01"}
MESSAGE = "lose no update"


class Broken(SystemLabelSchedulerPersistence):
    def flush_checkpoint(self) -> None:
        if self.sidecar.path.exists():
            self.sidecar.write(self.sidecar.read())


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
