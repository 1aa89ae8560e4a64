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
        if not self.kept or not self.path.is_file() or self.path.stat().st_size != len(self.kept):
            self.kept = super().read_bytes()
        return self.kept

    def publish(self, temporary: Path) -> None:
        super().publish(temporary)
        self.kept = self.path.read_bytes()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
