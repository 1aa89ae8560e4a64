"""The temporary file is copied over the document and removed."""

from __future__ import annotations

import shutil
from pathlib import Path

from _base import assemble
from _threads import GatedLoads

from reference_impl import VecSidecar

BREAKS = {"CR-01", "CR-02", "CR-03", "CR-04", "CR-05"}
MESSAGE = "the document is never written under its own name"


class BrokenSidecar(VecSidecar):
    def publish(self, temporary: Path) -> None:
        shutil.copyfile(temporary, self.path)
        temporary.unlink()


def open_backend(data_path: Path) -> GatedLoads:
    return assemble(data_path, GatedLoads, BrokenSidecar)
