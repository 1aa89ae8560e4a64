"""The recorders, best first, and which of them works here."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from conformance.crash.recording.fallback import FallbackRecorder
from conformance.crash.recording.launching import Launcher
from conformance.crash.recording.ptrace_recorder import PtraceRecorder
from conformance.crash.recording.record import DEFAULT_TIMEOUT_S, Recorder, RecorderType, Silence
from conformance.errors import NotTestableError

RECORDERS: Sequence[RecorderType] = (PtraceRecorder, FallbackRecorder)
_PROBE = (sys.executable, "-I", "-S", "-c", "")
_CURE = (
    "Run the kit where a process may trace its children: on Linux 5.3 or later; in a container with ptrace"
    " let through (--cap-add=SYS_PTRACE, or a seccomp profile that allows it); with kernel.yama.ptrace_scope"
    " at most 1."
)


def available_recorder(
    argv: Sequence[str],
    timeout_s: float = DEFAULT_TIMEOUT_S,
    launcher: Launcher | None = None,
    candidates: Sequence[RecorderType] = RECORDERS,
) -> Recorder:
    """The first recorder that can record the command here. `launcher` is for one that can use it.

    Raises NotTestableError with every recorder's reason when none can.
    """
    reasons = []
    for make in candidates:
        reason = _why_not(make) or make.why_not(argv)  # type: ignore[arg-type]  # a class is hashable
        if reason is None:
            return make(timeout_s, launcher)
        reasons.append(f"{make.name}: {reason}")
    raise NotTestableError(f"System calls cannot be recorded here ({'; '.join(reasons)}). {_CURE}")


@cache
def _why_not(make: RecorderType) -> str | None:
    """Why a recorder does not work here at all; tried once."""
    try:
        with tempfile.TemporaryDirectory() as directory:
            make().run(_PROBE, Silence(), Path(directory))
    except NotTestableError as error:
        return str(error)
    return None
