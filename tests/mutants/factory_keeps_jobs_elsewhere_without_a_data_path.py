"""Without a data path the factory gives a durable backend in the system's temporary directory."""

from __future__ import annotations

import tempfile
from pathlib import Path

from _base import assemble

from conformance import target
from reference_impl import LazyCypherSink, SystemLabelSchedulerPersistence

BREAKS = {"FS-02"}
MESSAGE = "the backend that the factory gives for no data path keeps nothing"


def choose(data_path: Path | None) -> tuple[SystemLabelSchedulerPersistence, LazyCypherSink | None]:
    if data_path is None:
        return open_backend(Path(tempfile.mkdtemp())), None
    durable = open_backend(data_path)
    return durable, durable.cypher_sink


@target(factory=choose)
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence)
