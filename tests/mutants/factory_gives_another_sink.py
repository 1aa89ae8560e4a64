"""The factory gives a sink that its backend does not use."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance import target
from reference_impl import LazyCypherSink, MemoryPersistence, SystemLabelSchedulerPersistence

BREAKS = {"FS-02"}
MESSAGE = "the sink that the factory gives is the one its backend sends to"


def choose(
    data_path: Path | None,
) -> tuple[SystemLabelSchedulerPersistence | MemoryPersistence, LazyCypherSink | None]:
    return (MemoryPersistence(), None) if data_path is None else (open_backend(data_path), LazyCypherSink())


@target(capabilities=("document", "clock", "threads", "traceable", "mirror"), factory=choose)
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence)
