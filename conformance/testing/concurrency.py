"""Work done at once and in turn: what the checks of several threads, backends and processes stand on."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import TypeAlias

from conformance.contract.connection import Handle
from conformance.contract.faults import SchedulerPersistenceError
from conformance.oracle.model import FlushCheckpoint, Mutation, carry_out
from conformance.showing import Words, show
from conformance.testing.expect import expect
from conformance.testing.session import Backend, Session

PATIENCE = 3.0  # times the limit of one operation: so long may all of them take together
_MOST_TOLD, _FIRST_TOLD = 3, 2  # so that a line of the story is told whole


def _nothing() -> None:
    """Nobody waits."""


@dataclass(frozen=True, slots=True)
class ToldCall:
    """A call into an open backend, and how the story tells it."""

    words: str
    make: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes calls, one after the other: a thread, or the thread of a backend or process of its own.

    `afterwards` is called at the end, also when a call raised: others may wait for it.
    """

    name: str
    calls: Sequence[ToldCall]
    afterwards: Callable[[], None] = _nothing

    @property
    def words(self) -> str:
        """Its calls, as one line of the story."""
        runs = [
            (words, len(list(same))) for words, same in itertools.groupby(call.words for call in self.calls)
        ]
        told = [words if times == 1 else f"{words} {times} times" for words, times in runs]
        if len(told) <= _MOST_TOLD:
            return f"{self.name}: {', '.join(told)}"
        more = sum(times for _, times in runs[_FIRST_TOLD:])
        return f"{self.name}: {', '.join(told[:_FIRST_TOLD])} and {more} calls more, the last {told[-1]}"


@dataclass(frozen=True, slots=True)
class Work:
    """What several do at once. `kind` says who they are: threads, backends, processes."""

    kind: str
    workers: Sequence[Caller]


Course: TypeAlias = Callable[[Session, Work], None]


def spelled(operation: Mutation | FlushCheckpoint) -> str:
    """An operation as the call that it stands for."""
    name = re.sub(r"(?<!^)([A-Z])", r"_\1", type(operation).__name__).lower()
    return f"{name}({', '.join(show(getattr(operation, field.name)) for field in fields(operation))})"


def calls_of(handle: Handle, mutations: Sequence[Mutation]) -> list[ToldCall]:
    """The mutations as calls of an open backend."""
    return [ToldCall(spelled(mutation), partial(carry_out, mutation, handle)) for mutation in mutations]


def flushes_of(handle: Handle, times: int) -> list[ToldCall]:
    """So many calls of flush_checkpoint."""
    return [ToldCall(spelled(FlushCheckpoint()), handle.flush_checkpoint)] * times


def numbered(kind: str, one: str, calls: Sequence[Sequence[ToldCall]]) -> Work:
    """Work whose workers are called `one` and a number, from 1."""
    return Work(kind, [Caller(f"{one} {number}", own) for number, own in enumerate(calls, 1)])


def at_once(store: Session, work: Work) -> None:
    """Everybody begins at the same moment. Raises the first exception that came out of a call."""
    backend = store.backend
    for worker in work.workers:
        backend.note(worker.words)
    failures: list[tuple[Caller, ToldCall, BaseException]] = []
    barrier = threading.Barrier(len(work.workers))

    def run(worker: Caller) -> None:
        barrier.wait()
        try:
            for call in worker.calls:
                try:
                    call.make()
                except BaseException as error:
                    failures.append((worker, call, error))
                    return
        finally:
            worker.afterwards()

    def everybody() -> None:
        threads = [threading.Thread(target=run, args=(worker,), daemon=True) for worker in work.workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    with backend.driver.crowded():
        _patiently(backend, f"the work of several {work.kind} at once", work, everybody)
    for worker, call, error in failures[:1]:
        if isinstance(error, SchedulerPersistenceError):
            told = Words(f"{worker.name}: {call.words} raised SchedulerPersistenceError: {error}")
            claim = f"the work of several {work.kind} at once succeeds"
            expect(False, claim, expected=Words("no exception"), observed=told)
        raise error


def _patiently(backend: Backend, story: str, work: Work, run: Callable[[], None]) -> None:
    usual, backend.patience = backend.patience, PATIENCE
    try:
        backend.told(story, tuple(Words(worker.name) for worker in work.workers), run)
    finally:
        backend.patience = usual


def in_turn(store: Session, work: Work) -> None:
    """One thread makes a call of each in turn."""
    for calls in itertools.zip_longest(*(worker.calls for worker in work.workers)):
        for call in calls:
            if call is not None:
                call.make()


def first_to_last(store: Session, work: Work) -> None:
    """One thread makes all calls of the first, then all of the second."""
    for worker in work.workers:
        for call in worker.calls:
            call.make()


def last_to_first(store: Session, work: Work) -> None:
    """The same, the last one first."""
    first_to_last(store, Work(work.kind, work.workers[::-1]))


IN_EVERY_TURN = (in_turn, first_to_last, last_to_first)


def blame_concurrency(
    backend: Backend, run: Callable[[Course], None], controls: Sequence[Course] = (in_turn,)
) -> None:
    """Raise what `run` raises of work done at once, unless the same work done in turn is wrong as well.

    What is wrong without any concurrency is the affair of another requirement.
    """
    backend.blame(partial(run, at_once), *(partial(run, course) for course in controls))
