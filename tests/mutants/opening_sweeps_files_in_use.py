"""Opening removes what looks left behind, also what another process is about to put in place."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CC-04"}
MESSAGE = "the work of several processes at once succeeds"


class BrokenSidecar(VecSidecar):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        for leftover in path.parent.glob(f".{path.name}.*.tmp"):
            leftover.unlink(missing_ok=True)


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
