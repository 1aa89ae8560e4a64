"""Not the file but the whole file system is synced, and then once more."""

from __future__ import annotations

import os
from pathlib import Path

from _shape import opener, system_call

from reference_impl import VecSidecar


class Sidecar(VecSidecar):
    def sync(self, descriptor: int) -> None:
        system_call("syncfs", descriptor)

    def sync_directory(self, directory: Path) -> None:
        os.sync()


open_backend = opener(Sidecar)
