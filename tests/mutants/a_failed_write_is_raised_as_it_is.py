"""A failed write or sync is raised as an exception of the backend's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _base import assemble

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CR-08"}
MESSAGE = "reported as the backend's error"


class DiskError(Exception):
    """What the interface does not know."""


@contextmanager
def own_error() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DiskError(str(error)) from error


class BrokenSidecar(VecSidecar):
    def write_all(self, descriptor: int, document: bytes) -> None:
        with own_error():
            super().write_all(descriptor, document)

    def sync(self, descriptor: int) -> None:
        with own_error():
            super().sync(descriptor)


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, BrokenSidecar)
