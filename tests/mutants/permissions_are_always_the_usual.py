"""Every document is readable for all, as the released product has it."""

from __future__ import annotations

import os
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"SE-02"}
MESSAGE = "does not widen the permissions"


class BrokenSidecar(VecSidecar):
    def take_over_permissions(self, descriptor: int, existing: os.stat_result) -> None:
        os.fchmod(descriptor, 0o644)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
