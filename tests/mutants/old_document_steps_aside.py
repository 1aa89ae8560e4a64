"""The old document is moved aside under its checksum, where the backend alone finds it."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from _base import assemble
from _threads import GatedLoads

from reference_impl import VecSidecar

BREAKS = {"CR-01", "CR-02", "CR-03", "CR-04", "CR-05"}
MESSAGE = "there is no moment at which the document is missing"


class BrokenSidecar(VecSidecar):
    def publish(self, temporary: Path) -> None:
        aside = self.path.with_name(sha256(super().read_bytes()).hexdigest())
        with suppress(FileNotFoundError):
            self.path.rename(aside)
        super().publish(temporary)
        aside.unlink(missing_ok=True)

    def read_bytes(self) -> bytes:
        if not self.path.exists() and self.path.parent.is_dir():
            for other in self.path.parent.iterdir():
                if len(other.name) == 64 and sha256(other.read_bytes()).hexdigest() == other.name:
                    return other.read_bytes()
        return super().read_bytes()


def open_backend(data_path: Path) -> GatedLoads:
    return assemble(data_path, GatedLoads, BrokenSidecar)
