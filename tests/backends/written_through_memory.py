"""The bytes reach the temporary file through a shared mapping: no call shows them."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

from _shape import opener

from reference_impl import VecSidecar


class Sidecar(VecSidecar):
    def create_temporary(self, temporary: Path, existing: os.stat_result | None) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(temporary, flags, 0o666 if existing is None else 0o600)

    def write_all(self, descriptor: int, document: bytes) -> None:
        os.ftruncate(descriptor, len(document))
        with mmap.mmap(descriptor, len(document)) as mapped:
            mapped[:] = document
            mapped.flush()


open_backend = opener(Sidecar)
