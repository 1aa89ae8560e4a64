"""The reference backend: what right looks like.

`sidecar` replaces one document atomically, `codec` and `strict_reader` read and write its bytes, which
`remembering` makes quicker, `rows` holds the changes, `schedule` and `cron` say when a job fires next,
`mirror` tells a graph, and `persistence` puts them together.
"""

from pathlib import Path

from conformance.contract.target import target
from reference_impl.mirror import LazyCypherSink
from reference_impl.persistence import (
    MemoryPersistence,
    SystemLabelSchedulerPersistence,
    document_path,
    scheduler_persistence_for_data_path,
)
from reference_impl.schedule import next_after
from reference_impl.sidecar import VecSidecar

__all__ = [
    "LazyCypherSink",
    "MemoryPersistence",
    "SystemLabelSchedulerPersistence",
    "VecSidecar",
    "next_after",
    "open_backend",
    "open_null_backend",
    "scheduler_persistence_for_data_path",
]
__version__ = "0.1.0"


@target(
    name="reference_impl",
    version=__version__,
    conformance_class="sidecar",
    capabilities=("document", "clock", "threads", "processes", "traceable", "mirror"),
    factory=scheduler_persistence_for_data_path,
)
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    """The reference backend on `data_path`."""
    return SystemLabelSchedulerPersistence(VecSidecar(document_path(data_path)))


@target(name="reference_impl (null backend)", version=__version__, conformance_class="memory")
def open_null_backend(data_path: Path) -> MemoryPersistence:
    """The null backend; `data_path` is left alone."""
    return MemoryPersistence()
