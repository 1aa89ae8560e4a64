"""A whole document under the temporary name is taken for an unfinished write and moved into place."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-06"}
MESSAGE = "is never read as state"


class BrokenSidecar(VecSidecar):
    def read_bytes(self) -> bytes:
        leftover = self.path.with_name(f".{self.path.name}.tmp")
        if leftover.is_file() and not leftover.is_symlink():
            self.finish(leftover)
        return super().read_bytes()

    def finish(self, leftover: Path) -> None:
        try:
            rows = self.decode(leftover.read_bytes())
        except ValueError:
            return
        if rows:
            leftover.rename(self.path)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
