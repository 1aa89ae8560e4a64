"""The file is closed, opened again for reading, and synced through that descriptor."""

from __future__ import annotations

import os

from _shape import opener

from reference_impl import VecSidecar


class Sidecar(VecSidecar):
    def sync(self, descriptor: int) -> None:
        with open(f"/proc/self/fd/{descriptor}", "rb", buffering=0) as other:  # noqa: PTH123
            os.fsync(other.fileno())


open_backend = opener(Sidecar)
