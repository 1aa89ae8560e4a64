"""A file without a name (O_TMPFILE) gets one when it is complete."""

from __future__ import annotations

import os
from pathlib import Path

from _shape import opener

from reference_impl import VecSidecar


class Sidecar(VecSidecar):
    unpublished = Path()

    def create_temporary(self, temporary: Path, existing: os.stat_result | None) -> int:
        self.unpublished = temporary
        mode = 0o666 if existing is None else 0o600
        return os.open(temporary.parent, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, mode)

    def sync(self, descriptor: int) -> None:
        super().sync(descriptor)
        # With a directory's descriptor os.link calls linkat, which can follow the link to the open file.
        self.unpublished = self.temporary_path()
        os.link(f"/proc/self/fd/{descriptor}", self.unpublished, src_dir_fd=descriptor)

    def publish(self, temporary: Path) -> None:
        super().publish(self.unpublished)

    def discard(self, temporary: Path) -> None:
        super().discard(self.unpublished)


open_backend = opener(Sidecar)
