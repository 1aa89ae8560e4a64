"""What was read is good as long as the document has the same length."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"ER-04"}
MESSAGE = "loads what stands in it"


class BrokenSidecar(VecSidecar):
    kept = b""

    def read_bytes(self) -> bytes:
        is_as_long = bool(self.kept) and self.path.is_file() and self.path.stat().st_size == len(self.kept)
        if self._lock.locked() or not is_as_long:
            self.kept = super().read_bytes()
        return self.kept

    def replace(self, document: bytes) -> None:
        self.kept = b""
        super().replace(document)
        self.kept = document


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
