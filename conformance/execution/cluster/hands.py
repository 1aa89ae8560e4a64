"""The checks of a run, carried out by a crew: what `Supervisor.run` does, on many machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

from conformance.contract.target import Description
from conformance.execution.cluster.crew import Crew
from conformance.execution.cluster.duty import TOPIC
from conformance.execution.cluster.facts import Facts
from conformance.execution.cluster.orders import (
    Delivery,
    Order,
    facts_by,
    find_facts,
    named,
    perform,
    unpack,
)
from conformance.execution.cluster.remote import Refusal
from conformance.execution.plan import Plan
from conformance.execution.supervisor import Supervisor, Task, batches, collect
from conformance.results.journal import description_to_json
from conformance.results.verdict import CheckOutcome, Verdict
from conformance.suite.chapters import CHECKS

_WINDING_UP_S = 60.0
_Done = SimpleQueue[tuple[Task, CheckOutcome | None]]


@dataclass(slots=True)
class _Once:
    """Hands on each task's beginning and end once: what a lost worker did is done again."""

    report: Callable[[Task, CheckOutcome], None]
    started: Callable[[Task], None]
    begun: set[str] = field(default_factory=set)

    def begin(self, task: Task) -> None:
        if task.check.test not in self.begun:
            self.begun.add(task.check.test)
            self.started(task)

    def end(self, task: Task, outcome: CheckOutcome) -> None:
        self.begin(task)
        self.report(task, outcome)


class ClusterHands:
    """The workers of a cluster, looked over and found fit."""

    def __init__(self, plan: Plan, supervisor: Supervisor, stop: Event) -> None:
        """Join the cluster. Raises TargetUnreachableError where a worker is not fit for the plan.

        `supervisor` has the target as it is here.
        """
        self._plan = plan
        self._stop = stop
        self._cut_off = ""
        self._facts: Facts = facts_by(supervisor, plan)
        self._crew = Crew(plan.cluster, plan.workers)
        self.workers = self._crew.workers
        try:
            self._crew.admit(self._facts, find_facts, plan)
        except BaseException:
            self._crew.close()
            raise

    def close(self) -> None:
        """Leave the cluster."""
        self._crew.close()

    def run(
        self,
        description: Description,
        tasks: Sequence[Task],
        report: Callable[[Task, CheckOutcome], None],
        started: Callable[[Task], None] = lambda task: None,
    ) -> str:
        """Run all tasks, or as many as it makes sense to; why the rest was left out, if it was."""
        shared = [task for task in tasks if not task.check.alone]
        alone = [task for task in tasks if task.check.alone]
        once = _Once(report, started)
        cut_off = self._spread(shared, None, description, once)
        return cut_off or self._spread(alone, 1, description, once)

    def _spread(
        self, tasks: Sequence[Task], at_once: int | None, description: Description, once: _Once
    ) -> str:
        tests = {task.check.test: task for task in tasks}
        done: _Done = SimpleQueue()
        orders = [self._order(batch, description) for batch in batches(tasks)]
        thread = Thread(target=self._gather, args=(orders, at_once, tests, done), daemon=True)

        def hear(message: Any) -> None:
            if message["test"] in tests:
                done.put((tests[message["test"]], None))

        with self._crew.listening(TOPIC, hear):
            thread.start()
            try:
                cut_off = collect(len(tasks), self._stop, thread.is_alive, done, once.end, once.begin)
            except KeyboardInterrupt:
                self._wind_up(thread, done, once)
                raise
            finally:
                if thread.is_alive():
                    self._crew.halt()
            if cut_off:
                self._wind_up(thread, done, once)
            thread.join(_WINDING_UP_S)
        return self._cut_off or cut_off

    def _order(self, batch: Sequence[Task], description: Description) -> Order:
        tasks = tuple(named(task) for task in batch)
        return Order(self._crew.run, self._plan, description_to_json(description), tasks, self._facts)

    def _wind_up(self, thread: Thread, done: _Done, once: _Once) -> None:
        """End what is under way, and report what was finished by then."""
        self._crew.halt()
        thread.join(_WINDING_UP_S)
        while True:
            try:
                task, outcome = done.get_nowait()
            except Empty:
                return
            if outcome is not None:
                once.end(task, outcome)

    def _gather(
        self, orders: Sequence[Order], at_once: int | None, tests: dict[str, Task], done: _Done
    ) -> None:
        try:
            for order, result in self._crew.each(perform, orders, at_once):
                for outcome in self._outcomes(order, result):
                    done.put((tests[outcome.test], outcome))
        except Exception as error:
            self._end(f"the cluster failed: {type(error).__name__}: {error}")

    def _outcomes(self, order: Order, result: Any) -> Sequence[CheckOutcome]:
        match result:
            case Delivery():
                unpack(result.exhibits, self._plan.report)
                if result.cut_off and not self._stop.is_set():
                    self._end(result.cut_off)
                return result.outcomes
            case Refusal():
                self._end(f"no Dask worker is left that is fit for the run: {result.words}")
                return ()
        why = f"no Dask worker brought it to its end: {type(result).__name__}: {result}"
        return [_failed(task.test, why) for task in order.tasks]

    def _end(self, why: str) -> None:
        self._cut_off = self._cut_off or why
        self._stop.set()


def _failed(test: str, why: str) -> CheckOutcome:
    return CheckOutcome(CHECKS[test].requirement, test, Verdict.ERROR, why)
