"""Threads are locked against each other, processes are not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _base import assemble

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CC-04", "CC-05"}
MESSAGE = "two processes that mutate one data path lose no update"


class BrokenSidecar(VecSidecar):
    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with self._lock:
            with self._naming_the_document("lock"):
                self.make_directory(self.path.parent)
            yield


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
