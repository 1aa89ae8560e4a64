"""Standard output and error as they may be: of another encoding, closed, or read by nobody any more."""

from __future__ import annotations

import contextlib
import io
import os
import sys

from rich.console import Console


class OutlivingConsole(Console):
    """A console that falls silent when its reader has gone: a run goes on to its verdict and its report."""

    def on_broken_pipe(self) -> None:
        """Write no more."""
        self.quiet = True
        silence_output()


def a_console(*, stderr: bool = False) -> Console:
    """Where the commands print."""
    return OutlivingConsole(highlight=False, emoji=False, stderr=stderr)


def silence_output() -> None:
    """Let all that is still to be written to standard output go nowhere."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def make_streams_safe() -> None:
    """Let no character and no closed stream fail what is printed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - for good
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
