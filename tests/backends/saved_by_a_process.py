"""A process of its own does the writing and tells by its exit status what went wrong."""

from __future__ import annotations

import errno
import os

from _shape import opener

from reference_impl import VecSidecar


class Sidecar(VecSidecar):
    def replace(self, document: bytes) -> None:
        child = os.fork()
        if child == 0:
            os._exit(self._attempt(document))
        number = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if number:
            raise OSError(number, os.strerror(number))

    def _attempt(self, document: bytes) -> int:
        try:
            super().replace(document)
        except OSError as error:
            return error.errno or errno.EIO
        return 0


open_backend = opener(Sidecar)
