"""The factory gives the durable backend without its sink."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance import target
from reference_impl import MemoryPersistence, SystemLabelSchedulerPersistence

BREAKS = {"FS-02"}
MESSAGE = "the factory gives a sink for a local data path"


def choose(data_path: Path | None) -> tuple[SystemLabelSchedulerPersistence | MemoryPersistence, None]:
    return MemoryPersistence() if data_path is None else open_backend(data_path), None


@target(factory=choose)
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence)
