"""load_all does not wait for a mutation that runs, and shows what it showed the last time."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from _threads import Gated

from conformance.contract.records import SchedulerJobRecord

BREAKS = {"CC-02"}
MESSAGE = "some order of concurrent operations"


class Broken(Gated):
    shown: list[SchedulerJobRecord] | None = None

    def load_all(self) -> list[SchedulerJobRecord]:
        if self.shown is None or not self.gate.locked():
            self.shown = super().load_all()
        return list(self.shown)


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
