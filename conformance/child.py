"""A child process in a group of its own: lines to it, lines from it, its end. Leaves nothing behind.

It stays in our session, unless whoever starts it says otherwise: who ends this process by force can still
find the child. A process under ptrace is no such child: nothing may block the thread that traces it, and
what it said is known from its own calls (see `crash.recording.channel`).
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import IO, Protocol

from conformance.clocks import monotonic_seconds

_READ_SIZE = 1 << 16
_TERM_GRACE_S = 1.0


class ChildSilentError(Exception):
    """The child did not take what was written to it, or wrote nothing, in time."""


class ChildGoneError(Exception):
    """The child does not read any more."""


class Process(Protocol):
    """A process that was started, as subprocess.Popen has it."""

    @property
    def pid(self) -> int: ...

    def wait(self) -> int | None:
        """Wait for its end; its exit code, None where it is not ours to wait for."""
        ...


class ProcessByNumber:
    """A process of which only the number is known. It may be the child of another process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def kill(self) -> None:
        """Kill it."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int | None:
        """See `Process.wait`."""
        with suppress(ChildProcessError):
            return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return None


class Child:
    """A process that leads a group, with a pipe to it and a pipe from it, which are closed at its end.

    Several threads may use it at once. `kill_all` kills the process with this number and all it started;
    unless told otherwise, that is its group.
    """

    def __init__(
        self,
        process: Process,
        stdin: IO[bytes],
        stdout: IO[bytes],
        kill_all: Callable[[int], None] | None = None,
    ) -> None:
        self._process = process
        self._stdin = stdin
        self._stdout = stdout
        self._kill_all = kill_all or _kill_group
        self._owner = os.getpid()
        self._ended = False
        self._code: int | None = None
        self._ending = threading.RLock()
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        _LIVE.add(self)
        self._unread = b""
        self._poll = select.poll()
        self._poll.register(stdout.fileno(), select.POLLIN)
        os.set_blocking(stdin.fileno(), False)

    @classmethod
    def started(cls, argv: Sequence[str], environment: Mapping[str, str], stderr: int) -> Child:
        """Start a command; its stderr goes to a descriptor. Raises OSError when it cannot be started."""
        with _interrupt_put_off():
            process = subprocess.Popen(
                argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=dict(environment),
                process_group=0,
                bufsize=0,
            )
            assert process.stdin is not None
            assert process.stdout is not None
            return cls(process, process.stdin, process.stdout)

    @property
    def pid(self) -> int:
        """The process's number, which is also its group's."""
        return self._process.pid

    @property
    def output_link(self) -> str:
        """What its standard output is called in /proc."""
        return f"pipe:[{os.fstat(self._stdout.fileno()).st_ino}]"

    @property
    def exit_code(self) -> int | None:
        """Its exit code, once it was ended; None where it is not ours to wait for."""
        return self._code

    def write(self, data: bytes, limit_s: float) -> None:
        """Write to its stdin. Raises ChildSilentError after `limit_s`, ChildGoneError at its end."""
        deadline = monotonic_seconds() + limit_s
        rest = memoryview(data)
        with self._writing:
            while rest:
                try:
                    rest = rest[os.write(self._stdin.fileno(), rest) :]
                except BlockingIOError:
                    left = deadline - monotonic_seconds()
                    if left <= 0 or not select.select([], [self._stdin], [], left)[1]:
                        raise ChildSilentError from None
                except (OSError, ValueError) as error:
                    raise ChildGoneError(str(error)) from error

    def close_stdin(self) -> None:
        """Let it know that nothing more will be written."""
        with suppress(OSError):
            self._stdin.close()

    def read(self, limit_s: float) -> bytes:
        """Some bytes from its stdout, b"" at the end. Raises ChildSilentError when none come in time."""
        with self._reading:
            if self._ended:
                return b""
            if not self._poll.poll(max(0.0, limit_s) * 1_000):
                raise ChildSilentError
            return os.read(self._stdout.fileno(), _READ_SIZE)

    def read_line(self, limit_s: float) -> bytes:
        """The next line, with its line feed; at the end what is left, then b"", as a file's readline.

        Raises ChildSilentError when it does not come in time; what came of it is kept. For one thread, and
        not beside `read`.
        """
        deadline = monotonic_seconds() + limit_s
        while b"\n" not in self._unread:
            data = self.read(deadline - monotonic_seconds())
            if not data:
                rest, self._unread = self._unread, b""
                return rest
            self._unread += data
        line, feed, self._unread = self._unread.partition(b"\n")
        return line + feed

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
        """How it ended, in words, once it was ended."""
        if self._code is None:
            return "still running"
        if self._code < 0:
            names = {number.value: number.name for number in signal.Signals}
            return f"killed by {names.get(-self._code, f'signal {-self._code}')}"
        return f"exit status {self._code}"

    def end(self, grace_s: float = 0.0) -> None:
        """Let go of its stdin, give it `grace_s` to leave, then TERM, then KILL, the whole group."""
        if os.getpid() != self._owner:
            return
        with self._ending:
            if self._ended:
                return
            self.close_stdin()
            if not self.exit_within(grace_s):
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGTERM)
                self.exit_within(_TERM_GRACE_S)
            self.kill()

    def kill(self) -> None:
        """Kill it at once, with all it started."""
        if os.getpid() != self._owner:
            return
        with self._ending:
            if self._ended:
                return
            self._kill_all(self.pid)
            self._code = self._process.wait()
            self._ended = True
            _LIVE.discard(self)
            self.close_stdin()
        with self._reading:
            self._stdout.close()

    def _has_exited(self) -> bool:
        if self._ended:
            return True
        try:
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True


_LIVE: set[Child] = set()


def children() -> tuple[Child, ...]:
    """Those that were not ended yet."""
    return tuple(_LIVE)


@atexit.register
def _end_all() -> None:
    for child in children():
        child.end()


@contextmanager
def _interrupt_put_off() -> Iterator[None]:
    """Hold a Ctrl-C back for a moment: a process that is just being started would belong to nobody."""
    usual = signal.getsignal(signal.SIGINT)
    if not callable(usual) or threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[FrameType | None] = []
    signal.signal(signal.SIGINT, lambda _, frame: caught.append(frame))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if caught:
            usual(signal.SIGINT, caught[0])


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
