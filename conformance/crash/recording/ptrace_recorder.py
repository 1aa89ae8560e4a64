"""The main recorder: traces a command through ptrace, and injects."""

from __future__ import annotations

import platform
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from conformance.crash.recording.architecture import ARCHITECTURES
from conformance.crash.recording.inject import Injection
from conformance.crash.recording.launching import Launcher, SpawnLauncher
from conformance.crash.recording.paths import Locator
from conformance.crash.recording.record import (
    DEFAULT_TIMEOUT_S,
    Speaker,
    child_environment,
    complaints_file,
)
from conformance.crash.recording.trace import Trace
from conformance.crash.recording.tracer import Tracer
from conformance.errors import NotTestableError


class PtraceRecorder:
    """Records and injects through ptrace. Needs Linux 5.3 or later and no privileges.

    All of a run happens in one thread of its own, because ptrace answers only the thread that traces, and
    so that waiting for "any child" never takes away a child of somebody else.
    """

    name = "ptrace"
    can_inject = True

    def __init__(self, timeout_s: float = DEFAULT_TIMEOUT_S, launcher: Launcher | None = None) -> None:
        self._timeout_s = timeout_s
        self._launcher = launcher or SpawnLauncher()

    @staticmethod
    def why_not(argv: Sequence[str]) -> str | None:
        """See `Recorder.why_not`: any command will do."""
        return None

    def run(
        self,
        argv: Sequence[str],
        speaker: Speaker,
        root: Path,
        inject: Injection | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Trace:
        """See `Recorder.run`."""
        machine = ARCHITECTURES.get(platform.machine())
        if not sys.platform.startswith("linux") or machine is None:
            raise NotTestableError(f"ptrace is not supported on {sys.platform} {platform.machine()}")
        with complaints_file() as complaints:
            tracer = Tracer(machine, speaker, Locator(root), inject, complaints, self._launcher)
            environment = child_environment(environment)
            self._launcher.get_ready(argv, environment)
            arguments = (argv, environment, self._timeout_s)
            thread = threading.Thread(target=tracer.execute, args=arguments)
            thread.start()
            try:
                thread.join()
            except BaseException:
                tracer.kill_all()
                thread.join()
                raise
            return tracer.outcome(self.name)
