"""The lock is held while reading and while writing, and not between."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence
from reference_impl.persistence import Change

BREAKS = {"CC-01", "CC-02"}
MESSAGE = "lose no update"


class Broken(SystemLabelSchedulerPersistence):
    def change(self, change: Change) -> None:
        with self.sidecar.exclusive():
            changed = change(self.sidecar.read())
        with self.sidecar.exclusive():
            self.sidecar.write(changed)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
