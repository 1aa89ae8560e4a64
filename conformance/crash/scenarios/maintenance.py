"""Many mutations of a few jobs: what a store does now and then comes up among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from conformance.contract.records import Once, QName
from conformance.crash.judging.workload import CrashWorkload, documents_of
from conformance.crash.scenarios.scenario import (
    AN_INSTANT,
    JOB,
    LAST,
    LATER,
    CrashStep,
    State,
    View,
    as_operation,
    changed,
)
from conformance.oracle.model import RecordFinished, RecordScheduled

OTHER = QName("kit", "other")


@dataclass(frozen=True, slots=True)
class Maintenance:
    """So many mutations from some rows on, and each of them by itself."""

    name: str
    steps: tuple[CrashStep, ...]
    states: tuple[State, ...]
    view: View
    prepare: Callable[[Path], None]

    def whole(self) -> CrashWorkload:
        """All of them, to be recorded: what must be seen after each says `part`."""
        operations = tuple(map(as_operation, self.steps))
        return CrashWorkload(self.name, self.prepare, operations, _EXTRA, {})

    def part(self, number: int) -> CrashWorkload:
        """One of them alone."""
        steps = (self.steps[number], _LAST)
        return CrashWorkload(
            name=f"{self.name}, mutation {number + 1}",
            prepare=self.prepare,
            operations=(as_operation(steps[0]),),
            extra=_EXTRA,
            documents=documents_of(self.states[number], steps, changed, self.view.of_model),
            words=self.view.words,
        )


_LAST = RecordScheduled(LAST, Once(LATER))
_EXTRA = as_operation(_LAST)


def maintenance_of(
    name: str, rows: State, count: int, view: View, prepare: Callable[[Path], None]
) -> Maintenance:
    """So many mutations that each change something."""
    states, steps = [rows], []
    for number in range(count):
        steps.append(_step(number))
        states.append(changed(states[-1], steps[-1]))
    return Maintenance(name, tuple(steps), tuple(states), view, prepare)


def _step(number: int) -> CrashStep:
    if number % 4 == 3:
        return RecordFinished(JOB, AN_INSTANT, number % 8 == 3)
    later = replace(LATER, secs_since_epoch=LATER.secs_since_epoch + 60 * (1 + number))
    return RecordScheduled(OTHER if number % 4 == 1 else JOB, Once(later))
