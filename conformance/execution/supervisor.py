"""Runs checks in worker processes and survives whatever a backend does to them."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

from conformance.contract.target import Description
from conformance.errors import ExitCode, KitError, TargetUnreachableError
from conformance.execution.blackbox import BlackBox, Recording
from conformance.execution.plan import Plan
from conformance.execution.processes import kill_session
from conformance.results.counterexample import Counterexample, decode_value
from conformance.results.journal import description_from_json, description_to_json, outcome_from_json
from conformance.results.verdict import CheckOutcome, Verdict
from conformance.suite.expect import show
from conformance.suite.verifies import Check
from conformance.workspace import memory_file_system

_POLL_SECONDS = 0.1
_CLOSING_SECONDS = 5.0
_LAST_WORDS = 2000
_MOST_HANGS = 4


def say(words: str) -> None:
    """Print words at once, for a user who must do something before the work goes on."""
    print(words, flush=True)


class WorkerDiedError(Exception):
    """The worker's process ended, or was ended because it hung, before it answered."""

    def __init__(self, how: str, hung: bool, recording: Recording, last_words: str) -> None:
        super().__init__(how)
        self.how = how
        self.hung = hung
        self.recording = recording
        self.last_words = last_words


class Worker:
    """One worker process at a time; a new one after each death.

    `tell` is called with what the user must do before the work goes on; `exhibits` is where checks may leave
    what shows a failure.
    """

    def __init__(self, plan: Plan, tell: Callable[[str], None], exhibits: Path | None = None) -> None:
        self._plan = plan
        self._exhibits = exhibits
        self._tell = tell
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request and wait for the answer. Raises WorkerDiedError."""
        if self._process is None:
            self._start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(request).encode("utf-8") + b"\n")
            process.stdin.flush()
        while "tell" in (answer := self._answer(process)):
            self._tell(answer["tell"])
        if "error" in answer:
            self.stop()
        return answer

    def stop(self) -> None:
        """End the process and everything it started."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_CLOSING_SECONDS)
        self._end(process)
        os.close(self._answers)
        self._box.close()
        self._output.close()
        self._workspace.cleanup()

    def kill(self) -> None:
        """End the process at once, from another thread."""
        if self._process is not None:
            self._end(self._process)

    def _start(self) -> None:
        plan = self._plan
        self._box = BlackBox.make()
        self._answers, answers_end = os.pipe()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop
        self._received = b""
        self._workspace = tempfile.TemporaryDirectory(
            prefix="sidecar-conformance-", dir=memory_file_system(), ignore_cleanup_errors=True
        )
        job = {
            "spelled": plan.target.spelled,
            "command": plan.target.command,
            "attached": plan.target.attached,
            "shown": str(plan.target),
            "timeout_scale": plan.timeout_scale,
            "search_path": plan.search_path,
            "answers": answers_end,
            "blackbox": self._box.descriptor,
            "workspace": self._workspace.name,
            "exhibits": str(self._exhibits.resolve()) if self._exhibits else "",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "conformance.execution.worker", json.dumps(job)],
            stdin=subprocess.PIPE,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            pass_fds=(answers_end, self._box.descriptor),
            start_new_session=True,
        )
        os.close(answers_end)

    def _answer(self, process: subprocess.Popen[bytes]) -> dict[str, Any]:
        while True:
            readable, _, _ = select.select([self._answers], [], [], _POLL_SECONDS)
            if readable:
                chunk = os.read(self._answers, 1 << 16)
                self._received += chunk
                line, newline, rest = self._received.partition(b"\n")
                if newline:
                    self._received = rest
                    answer: dict[str, Any] = json.loads(line)
                    return answer
                if not chunk:
                    self._report_death(process, hung=False)
            elif self._is_overdue():
                self._report_death(process, hung=True)

    def _is_overdue(self) -> bool:
        """Looked at twice: the worker may be writing while the first look is taken."""
        first = self._box.read()
        if not first.overdue:
            return False
        time.sleep(_POLL_SECONDS)
        return self._box.read() == first

    def _report_death(self, process: subprocess.Popen[bytes], *, hung: bool) -> None:
        recording = self._box.read()
        if hung:
            self._end(process)
        code = process.wait()
        self._output.seek(0)
        last_words = self._output.read().decode("utf-8", "replace")[-_LAST_WORDS:]
        self.stop()
        raise WorkerDiedError(_manner(code, hung), hung, recording, last_words)

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        kill_session(process.pid)
        process.wait()


def _manner(code: int, hung: bool) -> str:
    if hung:
        return "it did not return within its time limit"
    if code < 0:
        return f"the process was killed by {signal.Signals(-code).name}"
    return f"the process exited with code {code}"


@dataclass(frozen=True, slots=True)
class Task:
    """One check to run, after the pinned examples of known failures."""

    check: Check
    pinned: tuple[Mapping[str, Any], ...] = ()
    replays_only: bool = False


def batches(tasks: Iterable[Task]) -> Iterable[Sequence[Task]]:
    """The tasks, those whose checks run together in one batch, in the place of the first of them."""
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.check.together or task.check.test, []).append(task)
    return found.values()


def _raise_error(answer: Mapping[str, Any]) -> None:
    if "error" not in answer:
        return
    if answer["exit_code"] == ExitCode.USAGE:
        raise TargetUnreachableError(answer["error"])
    raise KitError(answer["error"])


class Supervisor:
    """Spreads tasks over workers and hands each outcome to `report`, from the thread that calls `run`.

    `tell` is called, from any thread, with what the user must do before the work goes on; `exhibits` is where
    checks may leave what shows a failure.
    """

    def __init__(
        self, plan: Plan, stop: Event, tell: Callable[[str], None] = say, exhibits: Path | None = None
    ) -> None:
        self._plan = plan
        self._stop = stop
        self._workers = [Worker(plan, tell, exhibits) for _ in range(plan.workers)]

    def describe(self) -> Description:
        """What the target declares, with what the plan says otherwise.

        Raises TargetUnreachableError or KitError, and survives the target.
        """
        try:
            answer = self._workers[0].ask({"describe": True})
        except KeyboardInterrupt:
            self._workers[0].kill()
            raise
        except WorkerDiedError as death:
            operation = death.recording.operation or "start"
            said = f"; it last said: {death.last_words.strip()}" if death.last_words.strip() else ""
            raise TargetUnreachableError(f"{self._plan.target}: at {operation}, {death.how}{said}") from None
        _raise_error(answer)
        return self._plan.describe(description_from_json(answer["description"]))

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.stop()

    def run(
        self,
        description: Description,
        tasks: Sequence[Task],
        report: Callable[[Task, CheckOutcome], None],
        started: Callable[[Task], None] = lambda task: None,
    ) -> str:
        """Run all tasks, or as many as it makes sense to; why the rest was left out, if it was.

        On KeyboardInterrupt the workers are ended and it passes on.
        """
        todo: SimpleQueue[Sequence[Task]] = SimpleQueue()
        for batch in batches(tasks):
            todo.put(batch)
        done: SimpleQueue[tuple[Task, CheckOutcome | None]] = SimpleQueue()
        threads = [
            Thread(target=self._work, args=(worker, description, todo, done), daemon=True)
            for worker in self._workers
        ]
        for thread in threads:
            thread.start()
        try:
            missing, hangs = len(tasks), 0
            while missing:
                if self._stop.is_set():
                    return "the run was stopped"
                if hangs >= _MOST_HANGS:
                    return f"the run ended early: {hangs} operations did not return"
                with contextlib.suppress(Empty):
                    task, outcome = done.get(timeout=_POLL_SECONDS)
                    if outcome is None:
                        started(task)
                        continue
                    missing -= 1
                    hangs += outcome.verdict is Verdict.TIMEOUT
                    report(task, outcome)
            return ""
        finally:
            self._stop.set()
            for worker in self._workers:
                worker.kill()

    def _work(
        self,
        worker: Worker,
        description: Description,
        todo: SimpleQueue[Sequence[Task]],
        done: SimpleQueue[tuple[Task, CheckOutcome | None]],
    ) -> None:
        try:
            while not self._stop.is_set():
                for task in todo.get_nowait():
                    if self._stop.is_set():
                        break
                    done.put((task, None))
                    done.put((task, self._outcome(worker, description, task)))
        except Empty:
            pass
        finally:
            worker.stop()

    def _outcome(self, worker: Worker, description: Description, task: Task) -> CheckOutcome:
        check, dose = task.check, self._plan.dose
        request = {
            "check": check.test,
            "dose": asdict(dose),
            "description": description_to_json(description),
            "pinned": task.pinned,
            "replays_only": task.replays_only,
        }
        try:
            answer = worker.ask(request)
        except WorkerDiedError as death:
            return self._after_death(check, description, death)
        except Exception as error:
            return CheckOutcome(check.requirement, check.test, Verdict.ERROR, f"the kit failed: {error!r}")
        if "error" in answer:
            return CheckOutcome(check.requirement, check.test, Verdict.ERROR, answer["error"])
        outcome = outcome_from_json(answer["outcome"])
        found = outcome.counterexample
        if found is None:
            return outcome
        return replace(outcome, counterexample=replace(found, command=self._plan.target.command))

    def _after_death(self, check: Check, description: Description, death: WorkerDiedError) -> CheckOutcome:
        operation = death.recording.operation
        if not operation:
            message = f"the kit's worker ended between operations: {death.how}\n{death.last_words}"
            return CheckOutcome(check.requirement, check.test, Verdict.ERROR, message)
        claim = f"{operation} returns" if death.hung else f"the backend survives {operation}"
        said = f"; it last said: {death.last_words.strip()}" if death.last_words.strip() else ""
        example = ", ".join(
            f"{name} = {show(decode_value(form))}" for name, form in death.recording.arguments.items()
        )
        counterexample = Counterexample(
            requirement=check.requirement,
            test=check.test,
            target=str(self._plan.target),
            command=self._plan.target.command,
            conformance_class=description.conformance_class.value,
            capabilities=tuple(sorted(description.capabilities)),
            seed=self._plan.dose.seed,
            arguments=death.recording.arguments,
            operations=(f"with {example or 'no arguments'}", f"{operation} ... did not return"),
            claim=claim,
            expected="an answer",
            observed=death.how + said,
        )
        verdict = Verdict.TIMEOUT if death.hung else Verdict.FAILED
        return CheckOutcome(check.requirement, check.test, verdict, claim, 1, counterexample)
