"""The second recorder: strace. It records and never injects.

It counts calls by kind and thread, so that "the n-th call" means nothing to it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from conformance.crash.recording.calls import FORMS, SPAWNS
from conformance.crash.recording.inject import Injection
from conformance.crash.recording.launching import Launcher
from conformance.crash.recording.paths import Locator
from conformance.crash.recording.record import DEFAULT_TIMEOUT_S, Speaker
from conformance.crash.recording.talk import talk
from conformance.crash.recording.trace import Trace
from conformance.errors import NotTestableError
from strace.events import LogReader
from strace.parse import read_lines

_LONGEST_STRING = 99_999_999
_NAMES = ",".join(
    f"?{name}" for name in (*sorted(FORMS), *sorted(SPAWNS), "execve", "execveat", "chdir", "fchdir")
)
_OPTIONS = ("-f", "--seccomp-bpf", "-y", "-xx", "-X", "raw", "-s", str(_LONGEST_STRING), "-e", "signal=none")


class StraceRecorder:
    """Records through strace: for other processors, for evidence to read, and to check the first recorder."""

    name = "strace"
    can_inject = False

    def __init__(self, timeout_s: float = DEFAULT_TIMEOUT_S, launcher: Launcher | None = None) -> None:
        """`launcher` has nothing to do here."""
        self._timeout_s = timeout_s

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
        """See `Recorder.run`. Raises NotTestableError for an injection, too."""
        program = shutil.which("strace")
        if program is None:
            raise NotTestableError("strace is not installed")
        if inject is not None:
            raise NotTestableError("strace cannot inject at an exact call")
        with tempfile.TemporaryDirectory(prefix="sidecar-strace-") as directory:
            log = Path(directory, "log")
            command = (program, *_OPTIONS, "-e", f"trace={_NAMES}", "-o", str(log), "--", *argv)
            talked = talk(command, speaker, self._timeout_s, environment)
            text = log.read_text("ascii", "replace") if log.exists() else ""
        if not text:
            first_line = talked.complaints.strip().partition("\n")[0]
            raise NotTestableError(f"strace recorded nothing ({first_line})")
        reader = LogReader(Locator(root), talked, str(Path.cwd()))
        return Trace(
            events=reader.events(list(read_lines(text))),
            recorder=self.name,
            exit_status=talked.exit_status,
            timed_out=talked.timed_out,
            complaints=talked.complaints,
        )
