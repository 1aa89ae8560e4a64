"""The new document and the old one change places, and the old one is removed."""

from __future__ import annotations

import os
from pathlib import Path

from _shape import opener, system_call

from reference_impl import VecSidecar

_HERE, _EXCHANGE = -100, 2


class Sidecar(VecSidecar):
    def publish(self, temporary: Path) -> None:
        if not self.path.exists():
            super().publish(temporary)
            return
        old, new = (os.fsencode(path) for path in (temporary, self.path))
        system_call("renameat2", _HERE, old, _HERE, new, _EXCHANGE)
        temporary.unlink()


open_backend = opener(Sidecar)
