"""The recorders, best first, and which of them works here."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from conformance.crash.fallback import FallbackRecorder
from conformance.crash.ptrace_recorder import PtraceRecorder
from conformance.crash.record import Recorder, Silence
from conformance.crash.strace_recorder import StraceRecorder
from conformance.errors import NotTestableError

RECORDERS: Sequence[Callable[[], Recorder]] = (PtraceRecorder, StraceRecorder, FallbackRecorder)
_PROBE = (sys.executable, "-c", "")


def available_recorder(candidates: Sequence[Callable[[], Recorder]] = RECORDERS) -> Recorder:
    """The first recorder that can record a program here.

    Raises NotTestableError with every recorder's reason when none can.
    """
    reasons = []
    for make in candidates:
        recorder = make()
        try:
            with tempfile.TemporaryDirectory() as directory:
                recorder.run(_PROBE, Silence(), Path(directory))
        except NotTestableError as error:
            reasons.append(f"{recorder.name}: {error}")
        else:
            return recorder
    raise NotTestableError(f"System calls cannot be recorded here. {'; '.join(reasons)}.")
