"""How a run is recorded: the interface of the recorders, and of who speaks to the child."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from conformance.crash.recording.inject import Injection
from conformance.crash.recording.launching import Launcher
from conformance.crash.recording.trace import Trace

DEFAULT_TIMEOUT_S = 30.0
_LONGEST_COMPLAINT = 4000
_QUIET = {"PYTHONDONTWRITEBYTECODE": "1", "UV_USE_IO_URING": "0"}


class Speaker(Protocol):
    """Who speaks to the child: each line is sent after the previous one was answered."""

    def next_line(self) -> str | None:
        """The next request, without its line end; None closes the child's standard input."""
        ...

    def on_answer(self, line: str) -> bool:
        """Take a line that the child wrote. True if it answers the last request."""
        ...

    def is_watched(self) -> bool:
        """Whether calls count from the last request on; once true it stays so.

        Before that a recorder may let the child run unseen, at full speed.
        """
        ...


class Recorder(Protocol):
    """Runs a command and records what it does to a directory."""

    @property
    def name(self) -> str: ...

    @property
    def can_inject(self) -> bool: ...

    @staticmethod
    def why_not(argv: Sequence[str]) -> str | None:
        """Why this command is none for the recorder; None when it is one."""
        ...

    def run(
        self,
        argv: Sequence[str],
        speaker: Speaker,
        root: Path,
        inject: Injection | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Trace:
        """Have `speaker` speak with `argv` and record its calls that touch `root`.

        `environment` is added to the kit's own.

        Raises KitError when the recording itself fails, NotTestableError when it is not allowed here.
        """
        ...


class RecorderType(Protocol):
    """Makes a recorder. `launcher` starts the children where the recorder can leave that to somebody."""

    name: str

    def __call__(self, timeout_s: float = ..., launcher: Launcher | None = ..., /) -> Recorder: ...

    @staticmethod
    def why_not(argv: Sequence[str]) -> str | None:
        """See `Recorder.why_not`."""
        ...


def child_environment(environment: Mapping[str, str] | None) -> dict[str, str]:
    """The child's environment: no byte code is written, and file calls stay visible."""
    return {**os.environ, **_QUIET, **(environment or {})}


@contextmanager
def complaints_file() -> Iterator[IO[bytes]]:
    """Where the child's standard error goes."""
    with tempfile.TemporaryFile() as file:
        yield file


def read_complaints(file: IO[bytes]) -> str:
    """The end of what the child wrote to standard error."""
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - _LONGEST_COMPLAINT))
    return file.read().decode("utf-8", "replace")


class Silence:
    """A speaker that says nothing."""

    def next_line(self) -> str | None:
        return None

    def on_answer(self, line: str) -> bool:
        return False

    def is_watched(self) -> bool:
        return True
