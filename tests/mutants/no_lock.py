"""Mutations are not locked."""

from __future__ import annotations

from pathlib import Path

from _base import assemble
from _threads import UnlockedSidecar

from reference_impl import SystemLabelSchedulerPersistence

BREAKS = {"CC-01", "CC-02"}
MESSAGE = "lose no update"


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, UnlockedSidecar)
