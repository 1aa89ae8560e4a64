"""The directory stays open, and every name is looked up in it."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from _shape import opener

from reference_impl import VecSidecar


class Sidecar(VecSidecar):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._held: int | None = None

    def opened_directory(self) -> int:
        if self._held is None:
            self._held = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return self._held

    def create_temporary(self, temporary: Path, existing: os.stat_result | None) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        mode = 0o666 if existing is None else 0o600
        return os.open(temporary.name, flags, mode, dir_fd=self.opened_directory())

    def publish(self, temporary: Path) -> None:
        here = self.opened_directory()
        os.rename(temporary.name, self.path.name, src_dir_fd=here, dst_dir_fd=here)

    def discard(self, temporary: Path) -> None:
        with suppress(OSError):
            os.unlink(temporary.name, dir_fd=self.opened_directory())

    def sync_directory(self, directory: Path) -> None:
        if directory != self.path.parent:
            super().sync_directory(directory)
            return
        try:
            os.fsync(self.opened_directory())
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise


open_backend = opener(Sidecar)
