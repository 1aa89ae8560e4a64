"""The factory gives a sink along with the null backend."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance import target
from reference_impl import LazyCypherSink, MemoryPersistence, SystemLabelSchedulerPersistence

BREAKS = {"FS-02"}
MESSAGE = "the factory gives no sink where there is no data path"


def choose(
    data_path: Path | None,
) -> tuple[SystemLabelSchedulerPersistence | MemoryPersistence, LazyCypherSink]:
    if data_path is None:
        return MemoryPersistence(), LazyCypherSink()
    durable = open_backend(data_path)
    return durable, durable.cypher_sink


@target(factory=choose)
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence)
