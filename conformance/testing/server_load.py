"""Load on a served backend until its server dies, and what the server knows when it is back (CR-14)."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from conformance.contract.connection import EscapedFault, Handle
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import Once, QName, Schedule, SchedulerJobRecord, SystemTime
from conformance.oracle.linearizable import Ending, HistoryEvent
from conformance.oracle.model import (
    Cancel,
    Mutation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    carry_out,
)
from conformance.testing.histories import JobEvent, Look, is_explained, stamp

_CALLS_OF_A_JOB = 16  # short enough to be judged, and by all threads at once
_MOST_FAILURES = 20
_AN_INSTANT = SystemTime(1_700_000_000, 0)
_LATEST_KILL_S = 0.15


@dataclass(slots=True)
class Load:
    """Mutations by several threads on one job after another, and how each of them ended."""

    name: str
    handle: Handle
    histories: dict[str, list[JobEvent]] = field(default_factory=dict)
    errors: list[BaseException] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _dying: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)

    def until_it_dies(self, threads: int, crash: partial[None], chance: random.Random) -> None:
        """Let the threads work, kill the server at a random moment, and wait for them.

        Raises what came out of a thread or of `crash`.
        """
        workers = [
            threading.Thread(target=self._work, args=(f"thread {number}",), daemon=True)
            for number in range(1, threads + 1)
        ]
        for worker in workers:
            worker.start()
        try:
            time.sleep(chance.uniform(0, _LATEST_KILL_S))
            self._dying.set()
            crash()
        finally:
            self._over.set()
            for worker in workers:
                worker.join()
        if self.errors:
            raise self.errors[0]

    def acknowledged(self) -> int:
        """How many mutations returned."""
        return sum(event.ending is Ending.RETURNED for event in self._events())

    def in_flight(self) -> int:
        """How many mutations the server's death left without an answer."""
        return sum(event.ending is Ending.UNKNOWN for event in self._events())

    def _events(self) -> Iterable[JobEvent]:
        return itertools.chain.from_iterable(self.histories.values())

    def _work(self, caller: str) -> None:
        failures = 0
        try:
            while not self._over.is_set() and failures < _MOST_FAILURES:
                event = self._one(caller, next(self._numbers))
                if event.ending is Ending.UNKNOWN:
                    return
                failures += event.ending is Ending.FAILED
        except BaseException as error:
            self.errors.append(error)

    def _one(self, caller: str, number: int) -> JobEvent:
        mutation = _mutation(QName(self.name, f"n{number // _CALLS_OF_A_JOB}"), number)
        ending = Ending.RETURNED
        invoked = stamp()
        try:
            carry_out(mutation, self.handle)
        except (SchedulerPersistenceError, EscapedFault):
            ending = Ending.UNKNOWN if self._dying.is_set() else Ending.FAILED
        event: JobEvent = HistoryEvent(mutation, invoked, stamp(), ending, caller=caller)
        self.histories.setdefault(str(mutation.id), []).append(event)
        return event


def _mutation(id: QName, number: int) -> Mutation:
    """Mostly schedules, each with a number of its own, by which it is known again."""
    match number % 7:
        case 3:
            return RecordStarted(id, _AN_INSTANT)
        case 4:
            return RecordFinished(id, _AN_INSTANT, success=True)
        case 6 if number % 3 == 0:
            return Cancel(id)
        case _:
            return RecordScheduled(id, Once(SystemTime(number, 0)))


@dataclass(frozen=True, slots=True)
class Loss:
    """A job whose state nothing explains: all calls that were made of it, and the look at it.

    `before` is the schedule that a look after the crash before saw, where there was one.
    """

    id: str
    history: tuple[JobEvent, ...]
    before: Schedule | None = None


def losses(
    load: Load,
    standing: Mapping[str, Schedule],
    looked: tuple[int, int],
    records: Sequence[SchedulerJobRecord],
) -> list[Loss]:
    """What the server has forgotten: of this load, and of what it still knew after its death before.

    `looked` are the stamps around load_all, which gave `records`.
    """
    found = {str(record.id): record.schedule for record in records}
    lost = []
    for id, history in load.histories.items():
        seen = (*history, _look(looked, found.get(id)))
        if not is_explained(seen, None):
            lost.append(Loss(id, seen))
    for id, schedule in standing.items():
        if found.get(id) != schedule:
            lost.append(Loss(id, (_look(looked, found.get(id)),), schedule))
    return lost


def _look(looked: tuple[int, int], schedule: Schedule | None) -> JobEvent:
    return HistoryEvent(
        Look(), *looked, observed=() if schedule is None else (schedule,), caller="after the crash"
    )
