"""A POSIX lock is all there is: it belongs to the process, and lets each of its threads in."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _base import assemble

from conformance import target
from reference_impl import SystemLabelSchedulerPersistence, VecSidecar

BREAKS = {"CC-01", "CC-02"}
MESSAGE = "mutations of different jobs from several threads lose no update"


class Sidecar(VecSidecar):
    @contextmanager
    def exclusive(self) -> Iterator[None]:
        data_path = self.path.parent.parent
        lock = data_path.with_name(f"{data_path.name}.lock")
        with self._naming_the_document("lock"):
            self.make_directory(self.path.parent)
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


@target(capabilities=("document", "clock", "threads", "processes", "traceable"))
def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
    return assemble(data_path, SystemLabelSchedulerPersistence, Sidecar)
