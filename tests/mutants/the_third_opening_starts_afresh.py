"""A process that opens a data path for the third time starts with no jobs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

BREAKS = {"RT-02"}
MESSAGE = "reopening changes no job"
_openings: Counter[Path] = Counter()


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    _openings[data_path] += 1
    if _openings[data_path] == 3 and document_path(data_path).exists():
        VecSidecar(document_path(data_path)).write([])
    return assemble(data_path, SystemLabelSchedulerPersistence)
