"""A draft without a name is copied into the temporary file by the kernel."""

from __future__ import annotations

import os

from _shape import opener

from reference_impl import VecSidecar


class Sidecar(VecSidecar):
    def write_all(self, descriptor: int, document: bytes) -> None:
        draft = os.open(self.path.parent, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            super().write_all(draft, document)
            copied = 0
            while copied < len(document):
                copied += os.copy_file_range(draft, descriptor, len(document) - copied, offset_src=copied)
        finally:
            os.close(draft)


open_backend = opener(Sidecar)
