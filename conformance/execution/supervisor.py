"""Runs checks in worker processes and survives whatever a backend does to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

from conformance.contract.requirements import load_ruleset
from conformance.contract.target import Description
from conformance.errors import ExitCode, KitError, TargetUnreachableError
from conformance.execution.blackbox import BoxRecord
from conformance.execution.plan import Plan
from conformance.execution.workers import Worker, WorkerEndedError, WorkerEnding
from conformance.results.counterexample import Counterexample, decode_value
from conformance.results.journal import description_from_json, description_to_json, outcome_from_json
from conformance.results.verdict import CheckOutcome, Verdict
from conformance.results.wording import plural
from conformance.showing import show
from conformance.testing.story import UNFINISHED
from conformance.testing.verifies import Check

_POLL_SECONDS = 0.1
_MOST_HANGS = 4


def say(words: str) -> None:
    """Print words at once, for a user who must do something before the work goes on."""
    print(words, flush=True)


@dataclass(frozen=True, slots=True)
class Task:
    """One check to run, after the pinned examples of known failures."""

    check: Check
    pinned: tuple[Mapping[str, Any], ...] = ()
    replays_only: bool = False


def batches(tasks: Iterable[Task]) -> Sequence[Sequence[Task]]:
    """The tasks, those whose checks run together in one batch, in the place of the first of them."""
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.check.together or task.check.test, []).append(task)
    return list(found.values())


def _raise_error(answer: Mapping[str, Any]) -> None:
    if "error" not in answer:
        return
    if answer["exit_code"] == ExitCode.USAGE:
        raise TargetUnreachableError(answer["error"])
    raise KitError(answer["error"])


def _any_alive(threads: Iterable[Thread]) -> bool:
    return any(thread.is_alive() for thread in threads)


def collect(
    missing: int,
    stop: Event,
    is_alive: Callable[[], bool],
    done: SimpleQueue[tuple[Task, CheckOutcome | None]],
    report: Callable[[Task, CheckOutcome], None],
    started: Callable[[Task], None],
) -> str:
    """Hand on what comes in: a task that begins, without an outcome, and one that ended, with it.

    Why the rest was left out, if it was. Nothing more comes in once nobody is alive.
    """
    hangs = 0
    while missing:
        if stop.is_set():
            return "the run was stopped"
        if hangs >= _MOST_HANGS:
            return f"the run ended early: {plural(hangs, 'operation')} did not return"
        alive = is_alive()
        try:
            task, outcome = done.get(timeout=_POLL_SECONDS)
        except Empty:
            if not alive:
                return f"the kit is at fault: {plural(missing, 'check')} lost"
            continue
        if outcome is None:
            started(task)
            continue
        missing -= 1
        hangs += outcome.verdict is Verdict.TIMEOUT
        report(task, outcome)
    return ""


class Supervisor:
    """Spreads tasks over workers and hands each outcome to `report`, from the thread that calls `run`.

    `tell` is called, from any thread, with what the user must do before the work goes on; `exhibits` is where
    checks may leave what shows a failure. The workers' names begin with `mark`.
    """

    def __init__(
        self,
        plan: Plan,
        stop: Event,
        tell: Callable[[str], None] = say,
        exhibits: Path | None = None,
        mark: str = "",
    ) -> None:
        self._plan = plan
        self.workers = plan.workers
        self._stop = stop
        self._new_worker = partial(Worker, plan, tell, exhibits, mark)
        self._workers = [self._new_worker()]

    def describe(self) -> Description:
        """What the target declares, with what the plan says otherwise.

        Raises TargetUnreachableError or KitError, and survives the target.
        """
        try:
            answer = self._workers[0].ask({"describe": True})
        except KeyboardInterrupt:
            self._workers[0].kill()
            raise
        except WorkerEndedError as end:
            if not end.recording.operation:
                raise KitError(_early(end)) from None
            raise TargetUnreachableError(
                f"{self._plan.target}: at {end.recording.operation}, {end}"
            ) from None
        _raise_error(answer)
        return self._plan.describe(description_from_json(answer["description"]))

    def time_calls(self) -> float | None:
        """How many seconds a call of the backend takes, at its quickest; None where it did not work."""
        if self._plan.target.attached:
            return None
        try:
            seconds = self._workers[0].ask({"time": True}).get("seconds")
        except WorkerEndedError:
            return None
        return seconds if isinstance(seconds, float) else None

    def surroundings(self) -> tuple[Mapping[str, str], str]:
        """The digests of the modules that the target is made of, and the tracer. Raises KitError."""
        try:
            answer = self._workers[0].ask({"surroundings": True})
        except WorkerEndedError as end:
            raise KitError(f"the kit's worker ended while it looked about: {end}") from None
        _raise_error(answer)
        return answer["modules"], answer["tracer"]

    def outage(self, worker: Worker | None = None) -> str:
        """What every operation fails with, where all fail alike; empty where the backend works somehow.

        What it hangs or dies at is for the checks to tell. Raises TargetUnreachableError for a backend that
        lacks methods.
        """
        if self._plan.target.attached:
            return ""
        try:
            answer = (worker or self._workers[0]).ask({"probe": True})
        except WorkerEndedError:
            return ""
        if answer.get("exit_code") == ExitCode.USAGE:
            _raise_error(answer)
        return str(answer.get("outage", ""))

    def outage_meanwhile(self) -> str:
        """The same while the workers work."""
        worker = self._new_worker()
        try:
            return self.outage(worker)
        finally:
            worker.stop()

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
        shared = [task for task in tasks if not task.check.alone]
        alone = [task for task in tasks if task.check.alone]
        try:
            if self.workers == 1 or not shared or not alone:
                return self._spread([*shared, *alone], self.workers, description, report, started)
            cut_off = self._spread(shared, self.workers, description, report, started)
            if cut_off:
                return cut_off
            self._workers = [self._new_worker()]
            return self._spread(alone, 1, description, report, started)
        finally:
            self._stop.set()

    def _spread(
        self,
        tasks: Sequence[Task],
        most_workers: int,
        description: Description,
        report: Callable[[Task, CheckOutcome], None],
        started: Callable[[Task], None],
    ) -> str:
        todo: SimpleQueue[Sequence[Task]] = SimpleQueue()
        work = batches(tasks)
        for batch in work:
            todo.put(batch)
        done: SimpleQueue[tuple[Task, CheckOutcome | None]] = SimpleQueue()
        while len(self._workers) < min(most_workers, len(work)):
            self._workers.append(self._new_worker())
        threads = [
            Thread(target=self._work, args=(worker, description, todo, done), daemon=True)
            for worker in self._workers
        ]
        for thread in threads:
            thread.start()
        try:
            alive = partial(_any_alive, threads)
            cut_off = collect(len(tasks), self._stop, alive, done, report, started)
            if not cut_off:
                for thread in threads:
                    thread.join()
            return cut_off
        finally:
            if any(thread.is_alive() for thread in threads):
                self._stop.set()
            self._end_all(threads)

    def _end_all(self, threads: Sequence[Thread]) -> None:
        """Kill what still works, until every thread has seen its worker's end: nobody may be left behind."""
        for worker, thread in zip(self._workers, threads, strict=True):
            while thread.is_alive():
                worker.kill()
                thread.join(_POLL_SECONDS)

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
            return self._read(worker.ask(request), check)
        except WorkerEndedError as end:
            return self._after_end(check, description, end)
        except Exception as error:
            return _kit_failed(check, f"the kit is at fault: {error!r}")

    def _read(self, answer: Mapping[str, Any], check: Check) -> CheckOutcome:
        if "error" in answer:
            return _kit_failed(check, answer["error"])
        outcome = outcome_from_json(answer["outcome"])
        if outcome.test != check.test or outcome.requirement not in load_ruleset():
            return _kit_failed(check, f"the kit is at fault: {outcome.test} answered for {check.test}")
        found = outcome.counterexample
        if found is None:
            return outcome
        return replace(outcome, counterexample=replace(found, command=self._plan.target.command))

    def _after_end(self, check: Check, description: Description, end: WorkerEndedError) -> CheckOutcome:
        recording = end.recording
        if not recording.operation:
            return _kit_failed(check, _early(end))
        if end.ending is WorkerEnding.HANG and not recording.under_way:
            return _kit_failed(check, f"the kit's worker came to a stop after {recording.operation}: {end}")
        claim = _claim(end)
        arguments = recording.arguments.items()
        example = ", ".join(f"{name} = {show(decode_value(form))}" for name, form in arguments)
        given = (f"with {example}",) if example else ()
        counterexample = Counterexample(
            requirement=check.requirement,
            test=check.test,
            target=str(self._plan.target),
            command=self._plan.target.command,
            conformance_class=description.conformance_class.value,
            capabilities=tuple(sorted(description.capabilities)),
            seed=self._plan.dose.seed,
            arguments=recording.arguments,
            operations=(*given, *_told(recording)),
            claim=claim,
            expected="an answer",
            observed=str(end),
        )
        verdict = Verdict.TIMEOUT if end.ending is WorkerEnding.HANG else Verdict.FAILED
        return CheckOutcome(check.requirement, check.test, verdict, claim, 1, counterexample)


def _told(recording: BoxRecord) -> Sequence[str]:
    """The story that a recorder kept: only of the last operation it is open whether it returned."""
    *story, last = (line.removesuffix(UNFINISHED) for line in recording.story or ("",))
    if not last.startswith(f"{recording.operation}("):
        story, last = [*story, last] if last else story, recording.operation
    return [*story, f"{last}{UNFINISHED}" if recording.under_way else f"{last} ... returned"]


def _claim(end: WorkerEndedError) -> str:
    operation = end.recording.operation
    match end.ending:
        case WorkerEnding.HANG:
            return f"{operation} returns"
        case WorkerEnding.INTRUSION:
            return "the backend leaves alone what belongs to its process's owner"
        case _ if end.recording.under_way:
            return f"the backend survives {operation}"
        case _:
            return "the backend does not end the process between operations"


def _early(end: WorkerEndedError) -> str:
    return f"the kit is at fault: its worker came to its end before it came to the target: {end}"


def _kit_failed(check: Check, message: str) -> CheckOutcome:
    return CheckOutcome(check.requirement, check.test, Verdict.ERROR, message)
