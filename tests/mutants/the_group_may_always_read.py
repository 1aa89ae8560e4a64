"""The group may read every document that is replaced."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"SE-02"}
MESSAGE = "does not widen the permissions"


class BrokenSidecar(VecSidecar):
    def take_over_permissions(self, descriptor: int, existing: os.stat_result) -> None:
        os.fchmod(descriptor, stat.S_IMODE(existing.st_mode) | stat.S_IRGRP)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
