"""The temporary file has one name; whatever lies there is removed first."""

from __future__ import annotations

import os
from pathlib import Path

from _shape import opener

from reference_impl import VecSidecar


class Sidecar(VecSidecar):
    def temporary_path(self) -> Path:
        return self.path.with_suffix(".tmp")

    def create_temporary(self, temporary: Path, existing: os.stat_result | None) -> int:
        temporary.unlink(missing_ok=True)
        return super().create_temporary(temporary, existing)


open_backend = opener(Sidecar)
