"""The members of a row are read by position."""

from __future__ import annotations

from pathlib import Path

from _base import assemble, spelled

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.rows import Row

BREAKS = {"LD-08"}
MESSAGE = "load_all succeeds"


_MEMBERS = ["qname", "status", "consecutive_failures", "schedule", "next_fire_at"]


class BrokenSidecar(VecSidecar):
    def decode(self, document: bytes) -> list[Row]:
        rows = super().decode(document)
        for given in spelled(document, len(rows)):
            if isinstance(given, dict) and set(given) == set(_MEMBERS) and list(given) != _MEMBERS:
                raise ValueError("qname comes first")
        return rows


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
