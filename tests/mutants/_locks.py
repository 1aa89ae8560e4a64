"""What mutants share that lock processes out by a file beside the data path, and do so wrongly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from reference_impl import VecSidecar

_IN_THIS_PROCESS = RLock()


class LockedBesideTheData(VecSidecar):
    """Threads of one process keep each other out, whatever becomes of the lock between processes."""

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with _IN_THIS_PROCESS, super().exclusive():
            yield

    @property
    def lock_file(self) -> Path:
        data_path = self.path.parent.parent
        return data_path.with_name(f"{data_path.name}.lock")

    def opened_lock(self) -> int:
        """A descriptor of the lock file, which is not locked yet."""
        return os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def opened_to_write(self) -> int:
        """The same for a writer. Raises FileNotFoundError where the directory has to be made first."""
        self.path.parent.stat()
        return self.opened_lock()

    def unlock_directory(self, descriptor: int) -> None:
        os.close(descriptor)
