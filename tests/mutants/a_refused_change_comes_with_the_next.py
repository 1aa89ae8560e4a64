"""A change that could not be written is kept, and written with the next one."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import Change

BREAKS = {"CR-12"}
MESSAGE = "has taken effect by the time it returns, or never"


class Broken(SystemLabelSchedulerPersistence):
    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.waiting: list[Change] = []

    def change(self, change: Change) -> None:
        with self.sidecar.exclusive():
            rows = self.sidecar.read()
            self.waiting.append(change)
            for waiting in self.waiting:
                rows = waiting(rows)
            self.sidecar.write(rows)
            self.waiting.clear()


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
