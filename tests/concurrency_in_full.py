"""Does a backend lose an update, of very many made by several threads of several processes?

python tests/concurrency_in_full.py [TARGET] [--mutations N] [--processes P] [--threads T]

All threads work on the same few jobs at once, round after round; between two rounds one process looks at
what is stored. Every call is noted with when it began and ended, and each job's history is held against the
model: some order of the calls must explain what was seen (the linearizability of Herlihy and Wing). Of the
first that none explains, the smallest part that shows it is printed. Exit code 0: no update was lost; 1: one
was.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

from conformance.contract.records import Once, QName, SystemTime
from conformance.hosting.inprocess import InProcessDriver
from conformance.oracle.linearizable import HistoryEvent
from conformance.oracle.model import (
    Cancel,
    Mutation,
    RecordFinished,
    RecordScheduled,
    RecordStarted,
    carry_out,
)
from conformance.showing import show
from conformance.testing.histories import HistoryState, JobEvent, Look, is_explained, stamp, told, unexplained
from conformance.workspace import memory_file_system

JOBS = tuple(QName("kit.shared", f"n{number}") for number in range(16))
CALLS_OF_A_ROUND = 320  # of all threads; twenty on each job
REFERENCE = "reference_impl:open_backend"
Round = dict[str, list[JobEvent]]


@dataclass(frozen=True)
class Crowd:
    """Who works: so many threads in each of so many processes, for so many rounds."""

    target: str
    processes: int
    threads: int
    rounds: int

    @property
    def calls(self) -> int:
        """The calls that a thread makes in a round."""
        return CALLS_OF_A_ROUND // (self.processes * self.threads)

    @property
    def mutations(self) -> int:
        """All mutations."""
        return self.rounds * self.processes * self.threads * self.calls


@dataclass(frozen=True)
class Found:
    """How many mutations were made in how many seconds; the story of each history that nothing explains."""

    mutations: int
    seconds: float
    stories: tuple[tuple[str, ...], ...]


_meeting: list[Barrier] = []


def _join(meeting: Barrier) -> None:
    _meeting.append(meeting)


def examine(crowd: Crowd) -> Found:
    """Let the crowd work on a fresh data path, and judge what it saw."""
    context = get_context("spawn")
    meeting = context.Barrier(crowd.processes * crowd.threads)
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(dir=memory_file_system()) as folder,
        ProcessPoolExecutor(crowd.processes, context, _join, (meeting,)) as pool,
    ):
        work = [pool.submit(_process, crowd, folder, number) for number in range(crowd.processes)]
        noted = [done.result() for done in work]
    seconds = time.monotonic() - begun
    rounds = [_merged(parts) for parts in zip(*noted, strict=True)]
    return Found(crowd.mutations, seconds, tuple(_stories(rounds)))


def _process(crowd: Crowd, folder: str, process: int) -> list[Round]:
    """One process: its threads, and all that they noted, by round and job."""
    driver = InProcessDriver(crowd.target)
    noted: list[Round] = [{str(id): [] for id in JOBS} for _ in range(crowd.rounds)]
    handle = driver.open(Path(folder))

    def look(number: int) -> None:
        began = stamp()
        found = {str(record.id): record.schedule for record in handle.load_all()}
        ended = stamp()
        for id in map(str, JOBS):
            seen = (found[id],) if id in found else ()
            noted[number][id].append(HistoryEvent(Look(), began, ended, observed=seen, caller="at the end"))

    def thread(number: int) -> None:
        numbers = itertools.count(process * crowd.threads + number + 1, crowd.processes * crowd.threads)
        chance = random.Random(number * crowd.processes + process)
        for place in range(crowd.rounds):
            _meeting[0].wait()
            for _ in range(crowd.calls):
                mutation = _mutation(chance, next(numbers))
                began = stamp()
                carry_out(mutation, handle)
                caller = f"process {process + 1}, thread {number + 1}"
                noted[place][str(mutation.id)].append(HistoryEvent(mutation, began, stamp(), caller=caller))
            _meeting[0].wait()
            if process == number == 0:
                look(place)

    _at_once([lambda number=number: thread(number) for number in range(crowd.threads)])  # type: ignore[misc]
    driver.close()
    return noted


def _at_once(jobs: Sequence[Callable[[], None]]) -> None:
    errors: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            errors.append(error)
            _meeting[0].abort()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _mutation(chance: random.Random, number: int) -> Mutation:
    """Mostly schedules, each with a number of its own, by which it is known again."""
    id = chance.choice(JOBS)
    match chance.randrange(8):
        case 0:
            return RecordStarted(id, SystemTime(1, 0))
        case 1:
            return RecordFinished(id, SystemTime(1, 0), success=False)
        case 2:
            return Cancel(id)
        case _:
            return RecordScheduled(id, Once(SystemTime(number, 0)))


def _merged(parts: Sequence[Round]) -> Round:
    return {id: list(itertools.chain.from_iterable(part[id] for part in parts)) for id in map(str, JOBS)}


def _stories(rounds: Sequence[Round]) -> Iterator[tuple[str, ...]]:
    """Of each history that no order explains, the smallest part; a round begins with what was seen last."""
    for id in map(str, JOBS):
        state: HistoryState = None
        for events in rounds:
            history = events[id]
            if not is_explained(history, state):
                origin = min(event.invoked for event in history)
                yield (
                    f"{id} is {_known(state)}; then no order explains, whatever else happened,",
                    *(f"    {line}" for line in told(unexplained(history, state), origin)),
                )
            state = _seen(history)


def _seen(history: Sequence[JobEvent]) -> HistoryState:
    look = next(event for event in history if isinstance(event.operation, Look))
    return (look.observed[0], "") if look.observed else None  # type: ignore[return-value]


def _known(state: HistoryState) -> str:
    return "not there" if state is None else f"there, with {show(state[0])}"


def main() -> int:
    """Read the command line, examine, print."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("target", nargs="?", default=REFERENCE)
    parser.add_argument("--mutations", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    given = parser.parse_args()
    rounds = max(1, -(-given.mutations // CALLS_OF_A_ROUND))
    found = examine(Crowd(given.target, given.processes, given.threads, rounds))
    who = f"{given.processes} processes of {given.threads} threads"
    print(f"{found.mutations} mutations by {who} in {found.seconds:.0f} s")
    for line in found.stories[0] if found.stories else ():
        print(line)
    print(f"{len(found.stories)} of {rounds * len(JOBS)} histories are not linearizable")
    return 1 if found.stories else 0


if __name__ == "__main__":
    sys.exit(main())
