"""What right backends of another shape share: the reference with another way to keep its document."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reference_impl import SystemLabelSchedulerPersistence, VecSidecar
from reference_impl.persistence import document_path

Opener = Callable[[Path], SystemLabelSchedulerPersistence]
_LIBRARY = ctypes.CDLL(None, use_errno=True)


def opener(sidecar: type[VecSidecar]) -> Opener:
    """A target: the reference on a document that `sidecar` keeps."""

    def open_backend(data_path: Path) -> SystemLabelSchedulerPersistence:
        return SystemLabelSchedulerPersistence(sidecar(document_path(data_path)))

    return open_backend


def system_call(name: str, *arguments: Any) -> int:
    """Call a function of the C library that Python does not offer; again when it is interrupted."""
    while (result := int(getattr(_LIBRARY, name)(*arguments))) == -1:
        number = ctypes.get_errno()
        if number != errno.EINTR:
            raise OSError(number, os.strerror(number))
    return result
