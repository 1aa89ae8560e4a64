"""What mutants share that concern threads: a backend with a gate of its own, and a sidecar without a lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from conformance.contract.records import SchedulerJobRecord
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import Change


class Gated(SystemLabelSchedulerPersistence):
    """One mutation at a time, behind a gate that can be looked at."""

    def __init__(self, sidecar: VecSidecar) -> None:
        super().__init__(sidecar)
        self.gate = Lock()

    def change(self, change: Change) -> None:
        with self.gate:
            super().change(change)


class GatedLoads(Gated):
    """Threads of this process see no mutation while it runs; other readers do."""

    def load_all(self) -> list[SchedulerJobRecord]:
        with self.gate:
            return super().load_all()


class UnlockedSidecar(VecSidecar):
    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with self._naming_the_document("lock"):
            self.make_directory(self.path.parent)
        yield
