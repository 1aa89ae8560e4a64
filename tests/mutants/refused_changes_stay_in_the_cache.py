"""Rows are kept as long as the document's stamp stays; a change is made there first and never taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import RLock

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"CR-08", "CR-12"}
MESSAGE = "shows nothing of a mutation that was refused"


class Sidecar(VecSidecar):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._rows: list[Row] = []
        self._stamp: tuple[int, ...] | None = None
        self._guard = RLock()

    def read(self) -> list[Row]:
        with self._guard:
            stamp = self._stamp_now()
            if stamp is None or stamp != self._stamp:
                self._rows, self._stamp = super().read(), stamp
            return list(self._rows)

    def write(self, rows: Sequence[Row]) -> None:
        with self._guard:
            self._rows = list(rows)
            super().write(rows)
            self._stamp = self._stamp_now()

    def _stamp_now(self) -> tuple[int, ...] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, Sidecar)
