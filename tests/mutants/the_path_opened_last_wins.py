"""The document of the backend that was opened last is that of all."""

from __future__ import annotations

from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"RT-02"}
MESSAGE = "keep their jobs apart"


_opened_last = Path()


class BrokenSidecar(VecSidecar):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        global _opened_last
        _opened_last = path

    @property
    def path(self) -> Path:
        return _opened_last

    @path.setter
    def path(self, path: Path) -> None:
        pass


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
