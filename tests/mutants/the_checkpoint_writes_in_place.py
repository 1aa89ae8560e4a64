"""flush_checkpoint writes the document again, in place."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CR-01", "CR-02", "CR-03", "CR-04", "CR-05"}
MESSAGE = "never written under its own name"


class Broken(SystemLabelSchedulerPersistence):
    def flush_checkpoint(self) -> None:
        with self.sidecar.exclusive():
            if rows := self.sidecar.read():
                self.sidecar.path.write_bytes(self.sidecar.encode(rows))


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
