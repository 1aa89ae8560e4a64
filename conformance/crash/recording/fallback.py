"""The recorder where ptrace is not allowed: Python backends only, recorded in process.

The command is started through `fallback_child`, which replaces the functions of `os` and `open` before it
runs the backend. What goes past these (C libraries, other processes) shows when the replayed directory is
compared with the real one.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from conformance.crash.recording.inject import Injection
from conformance.crash.recording.launching import Launcher
from conformance.crash.recording.record import DEFAULT_TIMEOUT_S, Speaker
from conformance.crash.recording.talk import talk
from conformance.crash.recording.trace import (
    Acknowledgement,
    Call,
    Event,
    Request,
    Trace,
    event_from_json,
    when,
)
from conformance.errors import NotTestableError

_OPTIONS_WITH_VALUE = frozenset({"-W", "-X"})
_CHILD = Path(__file__).with_name("fallback_child.py")
_BETWEEN = 4  # room between the child's places for requests


class FallbackRecorder:
    """Records and injects inside a Python child."""

    name = "in-process"
    can_inject = True

    def __init__(self, timeout_s: float = DEFAULT_TIMEOUT_S, launcher: Launcher | None = None) -> None:
        """`launcher` has nothing to do here."""
        self._timeout_s = timeout_s

    @staticmethod
    def why_not(argv: Sequence[str]) -> str | None:
        """See `Recorder.why_not`."""
        try:
            instrumented(argv, Path(), Path(), None)
        except NotTestableError as error:
            return str(error)
        return None

    def run(
        self,
        argv: Sequence[str],
        speaker: Speaker,
        root: Path,
        inject: Injection | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Trace:
        """See `Recorder.run`. Raises NotTestableError for a command that is not Python."""
        with tempfile.TemporaryDirectory(prefix="sidecar-record-") as directory:
            log = Path(directory, "log")
            command = instrumented(argv, log, root, inject)
            talked = talk(command, speaker, self._timeout_s, environment)
            lines = log.read_text("utf-8").splitlines() if log.exists() else []
        entries = [json.loads(line) for line in lines]
        if not entries:
            raise NotTestableError(
                f"The backend could not be recorded in process: {talked.complaints.strip()}"
            )
        events = tuple(sorted(_events(entries, talked.requests), key=when))
        met = next((entry["met"] for entry in entries if "met" in entry), None)
        return Trace(
            events=events,
            recorder=self.name,
            exit_status=talked.exit_status,
            timed_out=talked.timed_out,
            unmodelled=tuple(entry["unmodelled"] for entry in entries if "unmodelled" in entry),
            injection_at=None if met is None else met * _BETWEEN,
            complaints=talked.complaints,
        )


def instrumented(argv: Sequence[str], log: Path, root: Path, inject: Injection | None) -> list[str]:
    """The command that runs a Python command under `fallback_child`.

    Raises NotTestableError where the command does not start with a Python interpreter and a program.
    """
    if not argv or not Path(argv[0]).name.startswith("python"):
        raise NotTestableError("only Python programs can be recorded in process")
    options, rest = _split(argv[1:])
    orders = {"log": str(log), "root": str(root), "inject": _plain(inject)}
    return [argv[0], *options, str(_CHILD), json.dumps(orders), *rest]


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Options of the interpreter, and the program with its arguments."""
    place = 0
    while place < len(words) and words[place].startswith("-") and words[place] not in ("-m", "-c"):
        place += 2 if words[place] in _OPTIONS_WITH_VALUE else 1
    if place >= len(words):
        raise NotTestableError("the command names no Python program")
    return list(words[:place]), list(words[place:])


def _plain(inject: Injection | None) -> dict[str, object] | None:
    return None if inject is None else {"kind": type(inject).__name__, **asdict(inject)}


def _events(entries: Sequence[Mapping[str, Any]], requests: Sequence[tuple[int, str]]) -> Iterator[Event]:
    """The child's events, with the kit's requests between them."""
    answers = 0
    yield from (Request(0, line) for before, line in requests if before == 0)
    for entry in entries:
        if "event" not in entry:
            continue
        event = _spread(event_from_json(entry["event"]))
        yield event
        if isinstance(event, Acknowledgement):
            answers += 1
            yield from (Request(event.at + 1, line) for before, line in requests if before == answers)


def _spread(event: Event) -> Event:
    """The event with room after each place."""
    if isinstance(event, Call):
        end = None if event.end is None else event.end * _BETWEEN
        return replace(event, start=event.start * _BETWEEN, end=end)
    assert isinstance(event, Acknowledgement)
    return replace(event, at=event.at * _BETWEEN)
