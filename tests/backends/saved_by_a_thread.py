"""A thread of its own does all the writing; the caller waits for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from _shape import opener

from reference_impl import VecSidecar


class Sidecar(VecSidecar):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._writer = ThreadPoolExecutor(1)

    def replace(self, document: bytes) -> None:
        self._writer.submit(super().replace, document).result()


open_backend = opener(Sidecar)
