"""Worker processes, as their supervisor sees them: what is asked, what is answered, how they end."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

import conformance
from conformance.execution.blackbox import BlackBox, Recording
from conformance.execution.last_words import LastWords
from conformance.execution.plan import Plan
from conformance.execution.processes import WORKER_VARIABLE, kill_session
from conformance.execution.reaching import patience
from conformance.workspace import memory_file_system

_POLL_SECONDS = 0.1
_TOO_LONG = "it did not return within its time limit, which --timeout-scale stretches"
_CLOSING_SECONDS = 5.0
_STORAGE = (
    Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sidecar-conformance" / "hypothesis"
)
_LINGERING_SECONDS = 1.0
_IDLE_SECONDS = 1200.0  # nothing begins or ends for so long only where the kit itself is stuck
_LAST_WORDS = 2000
_READ_SIZE = 1 << 16

# No module of the user's folder may stand in for one of ours, nor a neighbour of ours for another module.
_START = (
    "import sys; sys.path.insert(0, sys.argv.pop()); import conformance; del sys.path[0]; "
    "from conformance.execution.worker import work; work()"
)


class Ending(Enum):
    """How a worker ended that nobody asked to end."""

    DEATH = "death"
    HANG = "hang"
    INTRUSION = "intrusion"


class WorkerEndedError(Exception):
    """The worker's process ended, or was ended because it could not go on, before it answered.

    `how` says so in words; `recording` is what was under way, `last_words` the end of what it printed.
    """

    def __init__(self, ending: Ending, how: str, recording: Recording, last_words: str) -> None:
        said = f"; it last said: {last_words.strip()}" if last_words.strip() else ""
        super().__init__(how + said)
        self.ending = ending
        self.how = how
        self.recording = recording
        self.last_words = last_words


class Worker:
    """One worker process at a time; a new one after each that ended.

    `tell` is called with what the user must do before the work goes on; `exhibits` is where checks may leave
    what shows a failure. With `mark` begins the name of what is left where even the supervisor is killed.
    """

    def __init__(
        self, plan: Plan, tell: Callable[[str], None], exhibits: Path | None = None, mark: str = ""
    ) -> None:
        self._beginning = mark
        self._plan = plan
        self._exhibits = exhibits
        self._tell = tell
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request and wait for the answer. Raises WorkerEndedError.

        After an error, and where the process is spent, the next request goes to a new one.
        """
        process = self._process or self._start()
        ticket = secrets.token_hex(8)
        self._send(process, {**request, "ticket": ticket})
        while "tell" in (answer := self._answer(process, ticket)):
            self._tell(str(answer["tell"]))
        if self._box.read().twice:
            self._give_up(process, Ending.INTRUSION, "it returned in two processes: a fork that did not end")
        if "error" in answer or answer.get("spent"):
            self.stop()
        return answer

    def stop(self) -> None:
        """End the process and everything it started."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(OSError):
            _stdin(process).close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_CLOSING_SECONDS)
        self._end(process)
        self._process = None
        os.close(self._answers)
        self._box.close()
        self._workspace.cleanup()

    def kill(self) -> None:
        """End the process at once, from another thread."""
        process = self._process
        if process is not None:
            self._end(process)

    def _start(self) -> subprocess.Popen[bytes]:
        self._box = BlackBox.make()
        self._said = LastWords(_LAST_WORDS)
        self._answers, answers_end = os.pipe()
        self._received = b""
        self._changes, self._changed_at = 0, time.monotonic()
        self._mark = f"{self._beginning}{secrets.token_hex(8)}"
        self._workspace = tempfile.TemporaryDirectory(
            prefix=f"sidecar-conformance-{self._beginning}",
            dir=memory_file_system(),
            ignore_cleanup_errors=True,
        )
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, str(Path(conformance.__file__).parents[1])],
            stdin=subprocess.PIPE,
            stdout=self._said.writing_end,
            stderr=subprocess.STDOUT,
            pass_fds=(answers_end, self._box.descriptor),
            start_new_session=True,
            env={"HYPOTHESIS_STORAGE_DIRECTORY": str(_STORAGE), **os.environ, WORKER_VARIABLE: self._mark},
        )
        self._process = process
        os.close(answers_end)
        self._said.start()
        self._send(process, self._job(answers_end))
        return process

    def _job(self, answers: int) -> dict[str, Any]:
        target = self._plan.target
        return {
            "spelled": target.spelled,
            "command": target.command,
            "attached": target.attached,
            "shown": str(target),
            "timeout_scale": self._plan.timeout_scale,
            "search_path": self._plan.search_path,
            "answers": answers,
            "blackbox": self._box.descriptor,
            "workspace": self._workspace.name,
            "exhibits": str(self._exhibits.resolve()) if self._exhibits else "",
        }

    def _send(self, process: subprocess.Popen[bytes], message: Mapping[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError):
            _stdin(process).write(json.dumps(message).encode("utf-8") + b"\n")
            _stdin(process).flush()

    def _answer(self, process: subprocess.Popen[bytes], ticket: str) -> dict[str, Any]:
        while b"\n" not in self._received:
            if not self._read_more(process) and self._is_stuck():
                self._give_up(process, Ending.HANG, _TOO_LONG)
        line, _, self._received = self._received.partition(b"\n")
        answer = _parse(line)
        if answer.get("ticket") != ticket:
            words = repr(line[:80].decode("utf-8", "backslashreplace"))
            self._give_up(process, Ending.INTRUSION, f"it wrote to a descriptor that is not its own: {words}")
        return answer

    def _read_more(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait a moment for more of the answer; whether any came. Raises WorkerEndedError at its end."""
        has_exited = process.poll() is not None
        waiting = select.poll()
        waiting.register(self._answers, select.POLLIN)
        if not waiting.poll(0 if has_exited else _POLL_SECONDS * 1000):
            if has_exited:
                self._give_up(process, Ending.DEATH)
            return False
        chunk = os.read(self._answers, _READ_SIZE)
        if not chunk:
            self._closed_channel(process)
        self._received += chunk
        return True

    def _closed_channel(self, process: subprocess.Popen[bytes]) -> NoReturn:
        try:
            process.wait(_LINGERING_SECONDS)
        except subprocess.TimeoutExpired:
            self._give_up(process, Ending.INTRUSION, "it closed a descriptor that is not its own")
        self._give_up(process, Ending.DEATH)

    def _is_stuck(self) -> bool:
        """Looked at twice: the worker may be writing while the first look is taken."""
        first = self._box.read()
        if first.changes != self._changes:
            self._changes, self._changed_at = first.changes, time.monotonic()
        idle = time.monotonic() - self._changed_at
        if not first.overdue and idle < _idle_limit(self._plan):
            return False
        time.sleep(_POLL_SECONDS)
        return self._box.read() == first

    def _give_up(self, process: subprocess.Popen[bytes], ending: Ending, how: str = "") -> NoReturn:
        recording = self._box.read()
        self._end(process)
        error = WorkerEndedError(ending, how or _manner(process.wait()), recording, self._said.text())
        self.stop()
        raise error

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        kill_session(process.pid, self._mark)
        process.wait()


def _idle_limit(plan: Plan) -> float:
    return _IDLE_SECONDS * max(1.0, patience(plan.target, plan.timeout_scale))


def _parse(line: bytes) -> dict[str, Any]:
    """The object that a line holds; an empty one if it holds none."""
    with contextlib.suppress(ValueError):
        answer = json.loads(line)
        if isinstance(answer, dict):
            return answer
    return {}


def _stdin(process: subprocess.Popen[bytes]) -> Any:
    if process.stdin is None:
        raise ValueError("a worker is always started with a pipe to its stdin")
    return process.stdin


def _manner(code: int) -> str:
    if code < 0:
        names = {number.value: number.name for number in signal.Signals}
        return f"the process was killed by {names.get(-code, f'signal {-code}')}"
    return f"the process exited with code {code}"
