"""An error of the system is told without the file that it is about."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _base import assemble

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"ER-05"}
MESSAGE = "names the file"


class Sidecar(VecSidecar):
    @contextmanager
    def _naming_the_document(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SchedulerPersistenceError(f"cannot {verb}: {os.strerror(error.errno or 0)}") from error
        except ValueError as error:
            raise SchedulerPersistenceError(f"cannot {verb} {self.path}: {error}") from error


def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, Sidecar)
