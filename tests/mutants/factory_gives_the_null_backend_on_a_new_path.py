"""On a data path without a document the factory gives the null backend."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance import target
from reference_impl import LazyCypherSink, MemoryPersistence, SystemLabelSchedulerPersistence
from reference_impl.persistence import document_path

BREAKS = {"FS-02"}
MESSAGE = "the factory gives for a data path is the durable one"


def choose(
    data_path: Path | None,
) -> tuple[SystemLabelSchedulerPersistence | MemoryPersistence, LazyCypherSink | None]:
    if data_path is None:
        return MemoryPersistence(), None
    durable = open_backend(data_path)
    chosen = durable if document_path(data_path).exists() else MemoryPersistence()
    return chosen, durable.cypher_sink


@target(factory=choose)
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence)
