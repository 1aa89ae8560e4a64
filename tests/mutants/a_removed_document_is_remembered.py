"""Where the document is gone or empty, what was read or written last counts."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"LD-05"}
MESSAGE = "nothing persisted yet"


class BrokenSidecar(VecSidecar):
    last = b""

    def read_bytes(self) -> bytes:
        self.last = super().read_bytes() or self.last
        return self.last

    def publish(self, temporary: Path) -> None:
        super().publish(temporary)
        self.last = self.path.read_bytes()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
