"""Serves a Python backend over stdin and stdout.

What the backend prints goes to stderr, so that it cannot stand between the answers. As long as one request
comes at a time, the main thread answers them all: a backend bound to a thread works as in process. When a
second one waits and the backend declares threads, more threads take part and answers may change places.
Then races are brought about, as they are in process.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from collections import deque
from typing import TextIO, cast

from conformance.adapter.open_backends import OpenBackends
from conformance.errors import ExitCode, SidecarConformanceError
from conformance.hosting.inprocess import InProcessDriver
from conformance.hosting.turns import Turns
from conformance.wire.framing import LineBuffer, LineTooLongError

_THREADS = 8
_CROWD_LASTS = 64
_READ_SIZE = 1 << 16
_LAST_WAIT_S = 5.0


def serve(target: str) -> int:
    """Answer requests for `target` until stdin ends or shutdown is asked for; gives the exit code."""
    requests, answers = _take_stdin(), _take_stdout()
    try:
        driver = InProcessDriver(target)
    except SidecarConformanceError as error:
        print(error, file=sys.stderr)
        return int(error.exit_code)
    return _serve(driver, requests, answers)


def serve_driver(driver: InProcessDriver) -> int:
    """The same for a target that is there already."""
    return _serve(driver, _take_stdin(), _take_stdout())


def _serve(driver: InProcessDriver, requests: int, answers: int) -> int:
    session = OpenBackends(driver)
    try:
        crowds = "threads" in driver.description.capabilities
        _Server(session, driver.turns, requests, answers, crowds).run()
    except BrokenPipeError:
        pass
    except LineTooLongError as error:
        print(error, file=sys.stderr)
        return int(ExitCode.KIT_FAILED)
    finally:
        session.close()
    return int(ExitCode.CONFORMANT)


def _take_stdin() -> int:
    kept = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return kept


def _take_stdout() -> int:
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    reconfigure = getattr(cast("TextIO", sys.stdout), "reconfigure", None)
    if reconfigure is not None:
        reconfigure(line_buffering=True)
    return kept


class _Server:
    """Reads and answers. Whoever holds `_reading` is the one thread that reads."""

    def __init__(
        self, session: OpenBackends, turns: Turns, requests: int, answers: int, crowds: bool
    ) -> None:
        self._session = session
        self._requests = requests
        self._answers = answers
        self._crowds = crowds
        self._crowd_left = 0
        self._turns = turns
        self._lines: deque[bytes] = deque()
        self._buffer = LineBuffer()
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        self._helpers: list[threading.Thread] = []

    def run(self) -> None:
        """Work until the conversation is over, then wait a little for what is still under way."""
        self._work()
        for helper in self._helpers:
            helper.join(_LAST_WAIT_S)

    def _work(self) -> None:
        while True:
            with self._reading:
                line = self._answer_while_alone()
            if line is None:
                return
            self._answer(line)

    def _answer_while_alone(self) -> bytes | None:
        while True:
            line = self._next_line()
            if line is None or self._is_crowded():
                return line
            self._answer(line)

    def _is_crowded(self) -> bool:
        if not self._crowds:
            return False
        was_crowded = self._crowd_left > 0
        if self._lines or select.select([self._requests], [], [], 0)[0]:
            self._crowd_left = _CROWD_LASTS
            self._start_helpers()
        else:
            self._crowd_left = max(0, self._crowd_left - 1)
        if was_crowded != (self._crowd_left > 0):
            self._turns.end() if was_crowded else self._turns.begin()
        return self._crowd_left > 0

    def _start_helpers(self) -> None:
        while len(self._helpers) < _THREADS - 1:
            helper = threading.Thread(target=self._work, name="sidecar-adapter", daemon=True)
            self._helpers.append(helper)
            helper.start()

    def _next_line(self) -> bytes | None:
        while not self._lines:
            if self._session.is_over:
                return None
            data = os.read(self._requests, _READ_SIZE)
            if not data:
                self._session.is_over = True
            self._lines.extend(self._buffer.feed(data))
        return self._lines.popleft()

    def _answer(self, line: bytes) -> None:
        rest = memoryview(self._session.answer(line))
        with self._writing:
            while rest:
                rest = rest[os.write(self._answers, rest) :]
