"""A child process in a process group of its own, with its pipes. Leaves nothing behind.

It stays in our session: whoever ends this process by force can still find the child.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import subprocess
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from typing import IO

from conformance.clocks import monotonic_seconds

_STDERR_KEPT = 1 << 16
_READ_SIZE = 1 << 16
_TERM_GRACE_S = 1.0
_JOIN_S = 2.0
_LAST_STDERR_S = 0.2


class ChildSilentError(Exception):
    """The child did not take what was written to it, or wrote nothing, in time."""


class ChildGoneError(Exception):
    """The child does not read any more."""


class Child:
    """A running command. Raises OSError when it cannot be started.

    Its stderr is read all the time, by a thread; its stdout when `read` is called.
    """

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            process_group=0,
            bufsize=0,
        )
        self._owner = os.getpid()
        self._ended = False
        self._ending = threading.Lock()
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        self._stderr = bytearray()
        self._heard = self._told = 0
        self._stdout = _pipe(self._process.stdout)
        self._poll = select.poll()
        self._poll.register(self._stdout.fileno(), select.POLLIN)
        os.set_blocking(_pipe(self._process.stdin).fileno(), False)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        _LIVE.add(self)
        self._listener.start()

    @property
    def pid(self) -> int:
        """The process's number, which is also its group's."""
        return self._process.pid

    def write(self, data: bytes, limit_s: float) -> None:
        """Write to its stdin. Raises ChildSilentError after `limit_s`, ChildGoneError at its end."""
        stdin = _pipe(self._process.stdin)
        deadline = monotonic_seconds() + limit_s
        rest = memoryview(data)
        with self._writing:
            while rest:
                try:
                    rest = rest[os.write(stdin.fileno(), rest) :]
                except BlockingIOError:
                    left = deadline - monotonic_seconds()
                    if left <= 0 or not select.select([], [stdin], [], left)[1]:
                        raise ChildSilentError from None
                except (OSError, ValueError) as error:
                    raise ChildGoneError from error

    def read(self, limit_s: float) -> bytes:
        """Some bytes from its stdout, b"" at the end. Raises ChildSilentError when none come in time."""
        with self._reading:
            if self._ended:
                return b""
            if not self._poll.poll(max(0.0, limit_s) * 1_000):
                raise ChildSilentError
            return os.read(self._stdout.fileno(), _READ_SIZE)

    def stderr(self) -> str:
        """The last lines it wrote to stderr."""
        return bytes(self._stderr).decode("utf-8", "backslashreplace").strip()

    def fresh_stderr(self) -> str:
        """What of its last lines to stderr came since this was last asked."""
        self._hear_all()
        fresh, self._told = self._heard - self._told, self._heard
        return bytes(self._stderr[-fresh:]).decode("utf-8", "backslashreplace").strip() if fresh else ""

    def wait_for_stderr(self) -> None:
        """Wait a little for the rest of the stderr of a child that has gone."""
        self._listener.join(_LAST_STDERR_S)

    def exit_within(self, limit_s: float) -> bool:
        """Wait for its end; False if it still runs. Does not reap, so that its group keeps its number."""
        deadline = monotonic_seconds() + limit_s
        pause = 0.001
        while not self._has_exited():
            if monotonic_seconds() >= deadline:
                return False
            time.sleep(pause)
            pause = min(2 * pause, 0.02)
        return True

    def exit_status(self) -> str:
        """How it ended, in words, once `end` was called."""
        status = self._process.returncode
        if status is None:
            return "still running"
        if status < 0:
            return f"killed by {signal.Signals(-status).name}"
        return f"exit status {status}"

    def end(self, grace_s: float = 0.0) -> None:
        """Let go of its stdin, give it `grace_s` to leave, then TERM, then KILL, the whole group."""
        if os.getpid() != self._owner:
            return
        with self._ending:
            if self._ended:
                return
            self._ended = True
            with contextlib.suppress(OSError):
                _pipe(self._process.stdin).close()
            if not self.exit_within(grace_s):
                self._signal_group(signal.SIGTERM)
                self.exit_within(_TERM_GRACE_S)
            self._signal_group(signal.SIGKILL)
            self._process.wait()
            _LIVE.discard(self)
            self._listener.join(_JOIN_S)
            if not self._listener.is_alive():
                _pipe(self._process.stderr).close()
        with self._reading:
            self._stdout.close()

    def _has_exited(self) -> bool:
        if self._process.returncode is not None:
            return True
        try:
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _hear_all(self) -> None:
        """Give the listener time for what lies in the pipe."""
        stderr = _pipe(self._process.stderr)
        deadline = monotonic_seconds() + _LAST_STDERR_S
        while self._listener.is_alive() and select.select([stderr], [], [], 0)[0]:
            if monotonic_seconds() >= deadline:
                return
            time.sleep(0.001)

    def _listen(self) -> None:
        stderr = _pipe(self._process.stderr)
        while data := os.read(stderr.fileno(), _READ_SIZE):
            self._heard += len(data)
            self._stderr += data
            del self._stderr[:-_STDERR_KEPT]


_LIVE: weakref.WeakSet[Child] = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    for child in list(_LIVE):
        child.end()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
