"""Is a concurrent history explained by some sequential order? (CC-02)

The search of Wing and Gong with the memory of Lowe: place one operation after another, each among those that
may come next, and never try again from the same set of placed operations and the same state. Meant for
histories of one job with up to some forty operations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Generic, TypeVar

Op = TypeVar("Op")
Obs = TypeVar("Obs")
State = TypeVar("State", bound=Hashable)


class Ending(Enum):
    """How an operation ended, for the one who called it."""

    RETURNED = "returned"
    FAILED = "failed"  # raised: it may have happened before that, or not at all
    UNKNOWN = "unknown"  # never heard of again: it may happen at any time later, or never


@dataclass(frozen=True, slots=True)
class HistoryEvent(Generic[Op, Obs]):
    """One operation of a history.

    Stamps are integers that grow with time: `invoked` before the call, `returned` after it. `observed` is
    what a returned operation answered, None where it answers nothing. `caller` is for people.
    """

    operation: Op
    invoked: int
    returned: int
    ending: Ending = Ending.RETURNED
    observed: Obs | None = None
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Linearization(Generic[Op, Obs]):
    """An order that explains a history. Operations that need not have happened may be left out."""

    order: tuple[HistoryEvent[Op, Obs], ...]


@dataclass(frozen=True, slots=True)
class Obstruction(Generic[Op, Obs]):
    """Why no order explains a history.

    `culprit` is the first event to return that no order explains together with all that came before it.
    `placed` is a longest order that works, `unplaced` what then cannot follow; both leave out what was
    invoked after the culprit returned.
    """

    culprit: HistoryEvent[Op, Obs]
    placed: tuple[HistoryEvent[Op, Obs], ...]
    unplaced: tuple[HistoryEvent[Op, Obs], ...]


def linearizable(
    history: Sequence[HistoryEvent[Op, Obs]],
    initial: State,
    apply: Callable[[State, Op], State],
    agrees: Callable[[State, Op, Obs | None], bool],
) -> Linearization[Op, Obs] | None:
    """An order of the events that respects their stamps and their answers; None when there is none.

    `apply(state, operation)` is the state after the operation. `agrees(state, operation, observed)` tells
    whether an operation that meets this state may answer so; it is asked of returned events only. An event
    precedes another when it returned at a lower stamp than the other was invoked at.
    """
    order, complete = _Search(history, apply, agrees).run(initial)
    return Linearization(tuple(history[index] for index in order)) if complete else None


def explain(
    history: Sequence[HistoryEvent[Op, Obs]],
    initial: State,
    apply: Callable[[State, Op], State],
    agrees: Callable[[State, Op, Obs | None], bool],
) -> Obstruction[Op, Obs] | None:
    """What stands in the way of a history that is not linearizable; None when it is. As `linearizable`."""
    ordered = sorted(history, key=lambda event: event.invoked)
    returned = [event for event in ordered if event.ending is Ending.RETURNED]
    for culprit in sorted(returned, key=lambda event: event.returned):
        known = [event for event in ordered if event.invoked <= culprit.returned]
        judged = [_as_known_at(culprit.returned, event) for event in known]
        order, complete = _Search(judged, apply, agrees).run(initial)
        if not complete:
            unplaced = tuple(event for index, event in enumerate(known) if index not in order)
            return Obstruction(culprit, tuple(known[index] for index in order), unplaced)
    return None


def smallest(
    history: Sequence[HistoryEvent[Op, Obs]],
    initial: State,
    apply: Callable[[State, Op], State],
    agrees: Callable[[State, Op, Obs | None], bool],
) -> tuple[HistoryEvent[Op, Obs], ...]:
    """The fewest events found that no order explains; none when the history is linearizable. As `explain`.

    None of these can be left out. Each of the others may be thought to have happened in its time, or not at
    all, and to have answered anything: it makes no difference.
    """
    obstruction = explain(history, initial, apply, agrees)
    if obstruction is None:
        return ()
    culprit = obstruction.culprit
    known = [_as_known_at(culprit.returned, event) for event in history if event.invoked <= culprit.returned]
    for place, event in enumerate(known):
        if event.ending is not Ending.RETURNED or event == culprit:
            continue
        tried = [*known[:place], replace(event, ending=Ending.FAILED, observed=None), *known[place + 1 :]]
        if linearizable(tried, initial, apply, agrees) is None:
            known = tried
    return tuple(event for event in known if event.ending is Ending.RETURNED)


def _as_known_at(stamp: int, event: HistoryEvent[Op, Obs]) -> HistoryEvent[Op, Obs]:
    """An operation still running at `stamp` may or may not have happened."""
    return event if event.returned <= stamp else replace(event, ending=Ending.UNKNOWN, observed=None)


@dataclass(slots=True)
class _Step(Generic[State]):
    """A node of the search: the events placed (a bit for each), the state, and what to try next."""

    placed: int
    state: State
    choices: list[int]


class _Search(Generic[Op, Obs, State]):
    def __init__(
        self,
        history: Sequence[HistoryEvent[Op, Obs]],
        apply: Callable[[State, Op], State],
        agrees: Callable[[State, Op, Obs | None], bool],
    ) -> None:
        self._history = history
        self._apply = apply
        self._agrees = agrees
        self._certain = sum(1 << index for index in range(len(history)) if self._is_certain(index))

    def run(self, initial: State) -> tuple[list[int], bool]:
        """Indices of a longest order that works, and whether it places all that certainly happened."""
        seen = {self._outlook(0, initial)}
        path = [_Step(0, initial, self._choices(0))]
        order: list[int] = []
        longest: list[int] = []
        while path and path[-1].placed & self._certain != self._certain:
            if not path[-1].choices:
                path.pop()
                del order[-1:]
                continue
            index = path[-1].choices.pop()
            step = self._step(path[-1], index)
            if step is not None and (outlook := self._outlook(step.placed, step.state)) not in seen:
                seen.add(outlook)
                path.append(step)
                order.append(index)
                longest = max(longest, list(order), key=self._certain_events)
        return (order, True) if path else (longest, False)

    def _step(self, before: _Step[State], index: int) -> _Step[State] | None:
        """The search one event on; None when its answer does not fit."""
        event = self._history[index]
        if self._is_certain(index) and not self._agrees(before.state, event.operation, event.observed):
            return None
        placed = before.placed | 1 << index
        return _Step(placed, self._apply(before.state, event.operation), self._choices(placed))

    def _outlook(self, placed: int, state: State) -> tuple[int, float, State]:
        """All that decides what may still follow; which of the events that are too late happened does not."""
        done = [index for index in range(len(self._history)) if placed >> index & 1]
        latest = max((self._history[index].invoked for index in done), default=-math.inf)
        for index, event in enumerate(self._history):
            if event.ending is Ending.FAILED and event.returned < latest:
                placed |= 1 << index
        return placed, latest, state

    def _choices(self, placed: int) -> list[int]:
        """The events that may come next, the one to try first at the end."""
        done: list[int] = []
        waiting: list[int] = []
        for index in range(len(self._history)):
            (done if placed >> index & 1 else waiting).append(index)
        deadline = min((self._history[i].returned for i in waiting if self._is_certain(i)), default=math.inf)
        latest = max((self._history[i].invoked for i in done), default=-math.inf)
        choices = [i for i in waiting if self._may_follow(self._history[i], latest, deadline)]
        return sorted(choices, key=lambda i: (self._is_certain(i), -self._history[i].returned))

    def _may_follow(self, event: HistoryEvent[Op, Obs], latest: float, deadline: float) -> bool:
        """No waiting event returned before this one was invoked, and no placed one began after its end."""
        too_late = event.ending is Ending.FAILED and event.returned < latest
        return event.invoked <= deadline and not too_late

    def _is_certain(self, index: int) -> bool:
        return self._history[index].ending is Ending.RETURNED

    def _certain_events(self, order: Sequence[int]) -> int:
        return sum(map(self._is_certain, order))
