"""A mutation that fails stays under way for ever, and the next one is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-10", "ER-04"}
MESSAGE = "the same open backend goes on working"


class BrokenSidecar(VecSidecar):
    is_busy = False

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with super().exclusive():
            if self.is_busy:
                raise SchedulerPersistenceError(f"{self.path}: another mutation is under way")
            self.is_busy = True
            yield
            self.is_busy = False


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
