"""Worker processes, as their supervisor sees them: what is asked, what is answered, how they end."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

import conformance
from conformance.child import Child, ChildGoneError, ChildSilentError
from conformance.execution.blackbox import BlackBox, BoxRecord
from conformance.execution.plan import Plan
from conformance.execution.processes import WORKER_VARIABLE, kill_session
from conformance.execution.reaching import patience
from conformance.last_words import LastWords
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
_LAST_WORDS_SECONDS = 0.5

# No module of the user's folder may stand in for one of ours, nor a neighbour of ours for another module.
_START = (
    "import sys; sys.path.insert(0, sys.argv.pop()); import conformance; del sys.path[0]; "
    "from conformance.execution.worker import work; work()"
)


class WorkerEnding(Enum):
    """How a worker ended that nobody asked to end."""

    DEATH = "death"
    HANG = "hang"
    INTRUSION = "intrusion"


class WorkerEndedError(Exception):
    """The worker's process ended, or was ended because it could not go on, before it answered.

    `how` says so in words; `recording` is what was under way, `last_words` the end of what it printed.
    """

    def __init__(self, ending: WorkerEnding, how: str, recording: BoxRecord, last_words: str) -> None:
        said = f"; it last said: {last_words.strip()}" if last_words.strip() else ""
        super().__init__(how + said)
        self.ending = ending
        self.how = how
        self.recording = recording
        self.last_words = last_words


class Worker:
    """One worker process at a time; a new one after each that ended.

    `tell` is called with what the user must do before the work goes on; `exhibits` is where checks may leave
    what shows a failure.
    """

    def __init__(self, plan: Plan, tell: Callable[[str], None], exhibits: Path | None = None) -> None:
        self._plan = plan
        self._exhibits = exhibits
        self._tell = tell
        self._child: Child | None = None

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request and wait for the answer. Raises WorkerEndedError.

        After an error, and where the process is spent, the next request goes to a new one.
        """
        child = self._child or self._start()
        ticket = secrets.token_hex(8)
        self._send(child, {**request, "ticket": ticket})
        while "tell" in (answer := self._answer(child, ticket)):
            self._tell(str(answer["tell"]))
        if self._box.read().twice:
            self._give_up(
                child, WorkerEnding.INTRUSION, "it returned in two processes: a fork that did not end"
            )
        if "error" in answer or answer.get("spent"):
            self.stop()
        return answer

    def stop(self) -> None:
        """End the process and everything it started."""
        child = self._child
        if child is None:
            return
        child.close_stdin()
        child.exit_within(_CLOSING_SECONDS)
        child.kill()
        self._child = None
        self._box.close()
        self._workspace.cleanup()

    def kill(self) -> None:
        """End the process at once, from another thread."""
        child = self._child
        if child is not None:
            child.kill()

    def _start(self) -> Child:
        self._box = BlackBox.make()
        self._said = LastWords(_LAST_WORDS)
        self._changes, self._changed_at = 0, time.monotonic()
        self._workspace = tempfile.TemporaryDirectory(
            prefix="sidecar-conformance-", dir=memory_file_system(), ignore_cleanup_errors=True
        )
        answers, answers_end = os.pipe()
        with os.fdopen(answers_end, "wb", 0), self._said.writing_end() as said:
            self._child = _started(answers, answers_end, said, self._box.descriptor)
        self._send(self._child, self._job(answers_end))
        return self._child

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

    def _send(self, child: Child, message: Mapping[str, Any]) -> None:
        with contextlib.suppress(ChildGoneError, ChildSilentError):  # the answer that does not come tells
            child.write(json.dumps(message).encode("utf-8") + b"\n", _idle_limit(self._plan))

    def _answer(self, child: Child, ticket: str) -> dict[str, Any]:
        while (line := self._read_line(child)) is None:
            if self._is_stuck():
                self._give_up(child, WorkerEnding.HANG, _TOO_LONG)
        answer = _parse(line)
        if answer.get("ticket") != ticket:
            words = repr(line[:80].decode("utf-8", "backslashreplace"))
            self._give_up(
                child, WorkerEnding.INTRUSION, f"it wrote to a descriptor that is not its own: {words}"
            )
        return answer

    def _read_line(self, child: Child) -> bytes | None:
        """The next line, or None if it does not come in a moment. Raises WorkerEndedError at the end."""
        has_exited = child.exit_within(0)
        try:
            line = child.read_line(0 if has_exited else _POLL_SECONDS)
        except ChildSilentError:
            if has_exited:
                self._give_up(child, WorkerEnding.DEATH)
            return None
        if line.endswith(b"\n"):
            return line[:-1]
        if child.exit_within(_LINGERING_SECONDS):
            self._give_up(child, WorkerEnding.DEATH)
        return self._give_up(child, WorkerEnding.INTRUSION, "it closed a descriptor that is not its own")

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

    def _give_up(self, child: Child, ending: WorkerEnding, how: str = "") -> NoReturn:
        recording = self._box.read()
        child.kill()
        self._said.wait(_LAST_WORDS_SECONDS)
        error = WorkerEndedError(ending, how or _manner(child), recording, self._said.text())
        self.stop()
        raise error


def _started(answers: int, answers_end: int, said: int, box: int) -> Child:
    """A worker in a session of its own; everything that bears its mark ends with it."""
    mark = secrets.token_hex(8)
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _START, str(Path(conformance.__file__).parents[1])],
        stdin=subprocess.PIPE,
        stdout=said,
        stderr=subprocess.STDOUT,
        pass_fds=(answers_end, box),
        start_new_session=True,
        env={"HYPOTHESIS_STORAGE_DIRECTORY": str(_STORAGE), **os.environ, WORKER_VARIABLE: mark},
        bufsize=0,
    )
    assert process.stdin is not None
    return Child(process, process.stdin, os.fdopen(answers, "rb", 0), lambda pid: kill_session(pid, mark))


def _idle_limit(plan: Plan) -> float:
    return _IDLE_SECONDS * max(1.0, patience(plan.target, plan.timeout_scale))


def _parse(line: bytes) -> dict[str, Any]:
    """The object that a line holds; an empty one if it holds none."""
    with contextlib.suppress(ValueError):
        answer = json.loads(line)
        if isinstance(answer, dict):
            return answer
    return {}


def _manner(child: Child) -> str:
    if child.exit_code is not None and child.exit_code >= 0:
        return f"the process exited with code {child.exit_code}"
    return f"the process was {child.exit_status()}"
