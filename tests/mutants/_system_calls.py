"""System calls as the system answers them: Python's own repeat an interrupted one."""

from __future__ import annotations

import ctypes
import os
from typing import Any

_LIBRARY = ctypes.CDLL(None, use_errno=True)


def system_call(name: str, *arguments: Any) -> int:
    """Call a function of the C library. Raises OSError when it returns -1."""
    result = int(getattr(_LIBRARY, name)(*arguments))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
