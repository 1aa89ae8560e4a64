"""The schedule {\"Manual\": null} is refused."""

from __future__ import annotations

from pathlib import Path

from _base import assemble, spelled

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-09"}
MESSAGE = "load_all succeeds"


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        rows = super().decode(document)
        for given in spelled(document, len(rows)):
            if isinstance(given, dict) and given.get("schedule") == {"Manual": None}:
                raise ValueError("Manual is written as text")
        return rows


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
