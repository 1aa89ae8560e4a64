"""load_all creates an empty document where there is none."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"RT-11"}
MESSAGE = "leaves every stored byte"


class Broken(SystemLabelSchedulerPersistence):
    def load_all(self) -> list[SchedulerJobRecord]:
        loaded = super().load_all()
        if not self.sidecar.path.exists():
            self.change(list)
        return loaded


def open_backend(data_path: Path) -> Broken:
    return assemble(data_path, Broken)
