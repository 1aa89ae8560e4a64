"""flush_checkpoint replaces the document by one that was never synced."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CR-03", "CR-04", "CR-05"}
MESSAGE = "power lost"


class Broken(SystemLabelSchedulerPersistence):
    def flush_checkpoint(self) -> None:
        with self.sidecar.exclusive():
            if rows := self.sidecar.read():
                temporary = self.sidecar.temporary_path()
                temporary.write_bytes(self.sidecar.encode(rows))
                self.sidecar.publish(temporary)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
