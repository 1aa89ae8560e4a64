"""Histories of one job: what was called when, what was seen, and what no order of the calls explains."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from conformance.contract.records import Schedule
from conformance.oracle.document import StoredRow
from conformance.oracle.linearizable import Ending, HistoryEvent, linearizable, smallest
from conformance.oracle.model import Mutation, apply
from conformance.showing import show
from conformance.testing.concurrency import spelled

_NANOS_PER_MILLISECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """See what is stored of the job: by load_all, or in the document once all is quiet."""


HistoryStep: TypeAlias = Mutation | Look
HistoryState: TypeAlias = tuple[Schedule, str] | None
Seen: TypeAlias = tuple[object, ...]
JobEvent: TypeAlias = HistoryEvent[HistoryStep, Seen]


def stamp() -> int:
    """Now, in nanoseconds that no held clock can stop."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def state_after(state: HistoryState, step: HistoryStep) -> HistoryState:
    """The schedule and the status of the job after a step; None where there is no job."""
    if isinstance(step, Look):
        return state
    qname = str(step.id)
    rows = () if state is None else (StoredRow(qname, state[1], 0, state[0], None),)
    after = apply(rows, step)
    return (after[0].schedule, after[0].status) if after else None


def agrees(state: HistoryState, step: HistoryStep, seen: Seen | None) -> bool:
    """A look shows nothing of a job that is not there, else its schedule and, in the document, its status."""
    if not isinstance(step, Look) or seen is None:
        return True
    return seen == (() if state is None else state[: len(seen)]) and (state is None) == (not seen)


def is_explained(history: Sequence[JobEvent], initial: HistoryState) -> bool:
    """Whether some order of the events explains what was seen."""
    return linearizable(history, initial, state_after, agrees) is not None


def unexplained(history: Sequence[JobEvent], initial: HistoryState) -> tuple[JobEvent, ...]:
    """The fewest events of the history that no order explains, earliest first; none if there is one."""
    found = smallest(history, initial, state_after, agrees)
    return tuple(sorted(found, key=lambda event: event.invoked))


def told(events: Sequence[JobEvent], origin: int) -> list[str]:
    """A line for each event, with its milliseconds since `origin`."""
    return [_line(event, origin) for event in events]


def _line(event: JobEvent, origin: int) -> str:
    began, ended = ((at - origin) / _NANOS_PER_MILLISECOND for at in (event.invoked, event.returned))
    who = f"{event.caller}: " if event.caller else ""
    return f"{began:.3f} to {ended:.3f} ms  {who}{_words(event)}"


def _words(event: JobEvent) -> str:
    if isinstance(event.operation, Look):
        seen = event.observed
        return f"a look saw {', '.join(map(show, seen)) if seen else 'no such job'}"
    how = "returned" if event.ending is Ending.RETURNED else "failed"
    return f"{spelled(event.operation)} {how}"
