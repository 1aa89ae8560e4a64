"""The document is read before the lock between processes is taken."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from _threads import Gated

from conformance import target
from reference_impl.persistence import Change

BREAKS = {"CC-04", "CC-05"}
MESSAGE = "two processes that mutate one data path lose no update"


class Broken(Gated):
    def change(self, change: Change) -> None:
        with self.gate:
            changed = change(self.sidecar.read())
            with self.sidecar.exclusive():
                self.sidecar.write(changed)


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
