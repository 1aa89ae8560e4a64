"""The backend of the factory keeps its document beside the data path's own place for it."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance import target
from reference_impl import LazyCypherSink, MemoryPersistence, SystemLabelSchedulerPersistence

BREAKS = {"FS-02"}
MESSAGE = "the factory gives for a data path is the durable one"


def choose(
    data_path: Path | None,
) -> tuple[SystemLabelSchedulerPersistence | MemoryPersistence, LazyCypherSink | None]:
    if data_path is None:
        return MemoryPersistence(), None
    durable = open_backend(data_path / "data")
    return durable, durable.cypher_sink


@target(factory=choose)
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence)
