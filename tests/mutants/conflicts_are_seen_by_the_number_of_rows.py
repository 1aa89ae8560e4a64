"""The document is read before the lock, and read again only when the number of rows has changed."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.persistence import Change

BREAKS = {"CC-01", "CC-02"}
MESSAGE = "lose no update"


class Broken(SystemLabelSchedulerPersistence):
    def change(self, change: Change) -> None:
        rows = self.sidecar.read()
        with self.sidecar.exclusive():
            latest = self.sidecar.read()
            self.sidecar.write(change(rows if len(rows) == len(latest) else latest))


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
