"""Each open backend lets one thread in at a time, and knows nothing of others on the same data path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CC-05"}
MESSAGE = "two backends that are open on one data path in one process lose no update"


class BrokenSidecar(VecSidecar):
    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with self._lock:
            with self._naming_the_document("lock"):
                self.make_directory(self.path.parent)
            yield


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
